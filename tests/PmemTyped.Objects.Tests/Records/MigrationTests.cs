using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Records;

public sealed class MigrationTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PoolPath => _directory.File("items.pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_older_pool_is_refused_with_the_way_to_allow_it_and_keeps_its_bytes()
    {
        Make(5);
        byte[] before = File.ReadAllBytes(PoolPath);

        var refusal = Assert.Throws<LayoutMismatchException>(() => BlockPool<ItemV3>.Open(PoolPath));

        Assert.Contains("LayoutUpgrade.OnRead", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("offset 8: the pool has Price: i32, the program Cents: i64", refusal.Differences);
        Assert.Equal(before, File.ReadAllBytes(PoolPath));
    }

    [Fact]
    public void Records_are_upgraded_along_the_chain_as_they_are_read_and_written_as_the_new_version()
    {
        Make(5);
        using (BlockPool<ItemV3> pool = BlockPool<ItemV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal((2L, 200L, -1L, "item 2"), Parts(pool[2]));
            pool[3] = new ItemV3 { Id = 3, Cents = 5, Stock = 6, Name = "new" };
            Assert.Equal((3L, 5L, 6L, "new"), Parts(pool[3]));
            Assert.Equal(4, pool.Records.Where(0, static (in ItemV3 i, int _) => i.Stock == -1).ToList().Count);
            pool.Delete(1);
            Assert.Equal(BlockRecordStatus.Zeroed, pool.TryRead(1, out _));
        }

        using BlockPool<ItemV3> again = BlockPool<ItemV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
        Assert.Equal((3L, 5L, 6L, "new"), Parts(again[3]));
        Assert.Equal((4L, 400L, -1L, "item 4"), Parts(again[4]));
    }

    [Fact]
    public void A_direct_step_is_taken_before_one_that_goes_through_another_version()
    {
        Make(2);
        using BlockPool<ItemV4> pool = BlockPool<ItemV4>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
        Assert.Equal((1L, 1L), (pool[1].Cents, pool[1].Way));
    }

    [Fact]
    public void Once_upgraded_the_older_program_is_refused_and_a_newer_one_still_reads_both()
    {
        Make(5);
        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            pool[0] = new ItemV2 { Id = 100, Cents = 1 };
        }

        var refusal = Assert.Throws<LayoutMismatchException>(() => BlockPool<ItemV1>.Open(PoolPath));
        Assert.Contains("A newer version of the program wrote it", refusal.Message, StringComparison.Ordinal);
        var pending = Assert.Throws<LayoutMismatchException>(() => BlockPool<ItemV2>.Open(PoolPath));
        Assert.Contains("MigrateAllAsync", pending.Message, StringComparison.Ordinal);
        using (BlockPool<ItemV3> pool = BlockPool<ItemV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal((100L, 1L, 0L, "item 100"), Parts(pool[0]));
            Assert.Equal((4L, 400L, -1L, "item 4"), Parts(pool[4]));
        }
    }

    [Fact]
    public async Task Migrating_all_ends_with_a_pool_of_the_new_version_alone()
    {
        const int Count = 300;
        Make(Count);
        var reported = new List<MigrationProgress>();
        using (BlockPool<ItemV3> pool = BlockPool<ItemV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            MigrationResult result = await pool.MigrateAllAsync(new Progress(reported));
            Assert.Equal(new MigrationResult(Count, 0, null), result);
            Assert.Equal(new MigrationProgress(pool.Capacity, pool.Capacity, Count), reported[^1]);
            Assert.Equal(reported.OrderBy(p => p.Examined), reported);
            Assert.Equal(new MigrationResult(0, 0, null), await pool.MigrateAllAsync());
        }

        using BlockPool<ItemV3> again = BlockPool<ItemV3>.Open(PoolPath);
        Assert.Equal(Count, again.CountPresent());
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal((i, i * 100L, -1L, $"item {i}"), Parts(again[i]));
        }

        Assert.Empty(again.Blocks.Check().Findings);
    }

    [Fact]
    public async Task A_cancelled_migration_keeps_what_it_did_and_goes_on_when_called_again()
    {
        const int Count = 500;
        Make(Count);
        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            using var cancellation = new CancellationTokenSource();
            var progress = new Progress([], p => (p.Migrated > 100 ? cancellation.Cancel : (Action)(() => { }))());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.MigrateAllAsync(progress, cancellation.Token));
        }

        using BlockPool<ItemV2> again = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
        MigrationResult rest = await again.MigrateAllAsync();
        Assert.Equal((true, Count - 128L), (rest.IsComplete, rest.Migrated));
        Assert.Equal(49900, again[499].Cents);
    }

    [Fact]
    public async Task Versions_may_follow_each_other_any_number_of_times()
    {
        Make(10);
        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.True((await pool.MigrateAllAsync()).IsComplete);
        }

        using (BlockPool<ItemV3> pool = BlockPool<ItemV3>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.True((await pool.MigrateAllAsync()).IsComplete);
        }

        using (BlockPool<ItemV4> pool = BlockPool<ItemV4>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.True((await pool.MigrateAllAsync()).IsComplete);
        }

        using BlockPool<ItemV4> again = BlockPool<ItemV4>.Open(PoolPath);
        Assert.Equal((9L, 900L, 3L), (again[9].Id, again[9].Cents, again[9].Way));
    }

    [Fact]
    public async Task What_cannot_be_read_keeps_a_migration_from_being_complete_until_it_is_gone()
    {
        Make(10);
        using (BlockPool raw = BlockPool.Open(PoolPath))
        {
            byte[] block = new byte[raw.BlockSize];
            raw.Read(7, block);
            block[40] ^= 1;
            raw.Write(7, block);
        }

        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal(new MigrationResult(9, 1, 7), await pool.MigrateAllAsync());
        }

        Assert.Throws<LayoutMismatchException>(() => BlockPool<ItemV2>.Open(PoolPath));
        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            pool.Delete(7);
            Assert.Equal(new MigrationResult(0, 0, null), await pool.MigrateAllAsync());
        }

        BlockPool<ItemV2>.Open(PoolPath).Dispose();
    }

    [Fact]
    public async Task What_a_step_throws_reaches_the_caller_and_nothing_is_lost()
    {
        Make(3);
        using (BlockPool<ItemV1> pool = BlockPool<ItemV1>.Open(PoolPath))
        {
            pool[1] = new ItemV1 { Id = 1, Price = -5 };
        }

        using (BlockPool<ItemPicky> pool = BlockPool<ItemPicky>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal(2UL, pool[2].Cents);
            Assert.Throws<InvalidDataException>(() => pool[1]);
            await Assert.ThrowsAsync<InvalidDataException>(() => pool.MigrateAllAsync());
            pool[1] = new ItemPicky { Id = 1, Cents = 5 };
            Assert.True((await pool.MigrateAllAsync()).IsComplete);
        }

        using BlockPool<ItemPicky> again = BlockPool<ItemPicky>.Open(PoolPath);
        Assert.Equal(5UL, again[1].Cents);
    }

    [Fact]
    public async Task Reading_only_upgrades_in_memory_and_refuses_to_migrate()
    {
        Make(3);
        byte[] before = File.ReadAllBytes(PoolPath);
        using (BlockPool<ItemV3> pool = BlockPool<ItemV3>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead))
        using (BlockPool<ItemV3> second = BlockPool<ItemV3>.OpenReadOnly(PoolPath, LayoutUpgrade.OnRead))
        {
            Assert.Equal((2L, 200L, -1L, "item 2"), Parts(pool[2]));
            Assert.Equal(Parts(pool[1]), Parts(second[1]));
            await Assert.ThrowsAsync<NotSupportedException>(() => pool.MigrateAllAsync());
            Assert.Throws<NotSupportedException>(() => pool[1] = default);
        }

        Assert.Equal(before, File.ReadAllBytes(PoolPath));
    }

    [Fact]
    public void Upgrading_and_widening_on_read_allocate_nothing()
    {
        Make(100);
        using (BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            Assert.Equal(0, Allocation.Of(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    Assert.True(pool[i].Cents == i * 100L);
                }
            }));
        }

        string rows = _directory.File("rows.pool");
        using (BlockPool<Row> pool = BlockPool<Row>.Create(rows, 1))
        {
            pool[0] = new Row { Weight = 4 };
        }

        using BlockPool<RowGrown> grown = BlockPool<RowGrown>.Open(rows, upgrade: LayoutUpgrade.OnRead);
        Assert.Equal(0, Allocation.Of(() => Assert.True(grown[0].Weight == 4)));
    }

    [Fact]
    public async Task Large_blocks_are_written_and_migrated_in_smaller_groups()
    {
        const int Count = 20;
        using (BlockPool<Large> pool = BlockPool<Large>.Create(PoolPath, 600, new BlockPoolOptions { IsSparse = true }))
        {
            pool.WriteMany([.. Enumerable.Range(0, Count).Select(i => (long)i)], [.. Enumerable.Range(0, Count).Select(i => new Large { Id = i })]);
        }

        using BlockPool<LargeV2> upgraded = BlockPool<LargeV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
        Assert.Equal(new MigrationResult(Count, 0, null), await upgraded.MigrateAllAsync());
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal(i * 2, upgraded[i].Twice));
    }

    [Fact]
    public async Task No_write_beside_a_migration_is_lost()
    {
        const int Count = 2000;
        const int Threads = 2;
        Make(Count);
        using BlockPool<ItemV2> pool = BlockPool<ItemV2>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead);
        long[] last = [.. Enumerable.Range(0, Count).Select(i => i * 100L)];

        // Each thread has its own indexes, and writes where the migration is, as soon as it says so.
        long examined = 0;
        Task<MigrationResult> migration = pool.MigrateAllAsync(new Progress([], p => Volatile.Write(ref examined, p.Examined)));
        Task[] writers = [.. Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (long round = 1; !migration.IsCompleted; round++)
            {
                long index = Volatile.Read(ref examined) + (((round * Threads) + thread) % 64);
                if (index < Count && index % Threads == thread)
                {
                    last[index] = (round * 1000) + thread;
                    pool[index] = new ItemV2 { Id = index, Cents = last[index] };
                }
            }
        }))];
        await Task.WhenAll(writers);
        Assert.True((await migration).IsComplete);
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal(last[i], pool[i].Cents));
    }

    private static (long, long, long, string) Parts(in ItemV3 item) => (item.Id, item.Cents, item.Stock, item.Name.ToString());

    private void Make(int count)
    {
        using BlockPool<ItemV1> pool = BlockPool<ItemV1>.Create(PoolPath, capacity: 2000);
        for (int i = 0; i < count; i++)
        {
            pool[i] = new ItemV1 { Id = i, Price = i };
        }
    }

    private sealed class Progress(List<MigrationProgress> reported, Action<MigrationProgress>? also = null)
        : IProgress<MigrationProgress>
    {
        public void Report(MigrationProgress value)
        {
            reported.Add(value);
            also?.Invoke(value);
        }
    }
}
