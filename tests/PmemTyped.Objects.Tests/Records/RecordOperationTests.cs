using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Records;

public sealed class RecordOperationTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PoolPath => _directory.File("a.pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Many_records_are_written_at_once_and_the_last_of_equal_indexes_counts()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 1000);
        long[] indexes = [.. Enumerable.Range(0, 150).Select(i => (long)(i * 5)), 10];
        Account[] accounts = [.. indexes.Select((index, number) => new Account { Id = index, Balance = number })];
        pool.WriteMany(indexes, accounts);
        Assert.Equal(150, pool.CountPresent());
        Assert.Equal((745L, 149L, 150L), (pool[745].Id, pool[745].Balance, pool[10].Balance));
        pool.WriteMany([], []);
    }

    [Fact]
    public void Nothing_is_written_when_an_index_does_not_exist_or_the_counts_differ()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 1000);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.WriteMany([1, pool.Capacity], new Account[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.WriteMany([1, -1], new Account[2]));
        Assert.Throws<ArgumentException>(() => pool.WriteMany([1, 2], new Account[3]));
        Assert.Equal(0, pool.CountPresent());
    }

    [Fact]
    public void A_predicate_chooses_records_and_its_state_needs_no_closure()
    {
        using BlockPool<Account> pool = Filled(100);
        pool.Delete(99);
        Assert.Equal(
            [96, 97, 98],
            pool.Records.Where(95L, static (in Account a, long least) => a.Balance > least).ToList().Select(r => r.Index));
        Assert.Throws<ArgumentNullException>(() => pool.Records.Where<int>(0, null!));
    }

    [Fact]
    public void Contains_is_true_of_sound_records_alone_and_the_count_of_what_is_there()
    {
        using BlockPool<Account> pool = Filled(10);
        pool.Delete(3);
        pool.Blocks.Write(4, Enumerable.Repeat((byte)7, pool.Blocks.BlockSize).ToArray());
        pool.Blocks.SetError(5);
        Assert.Equal([0, 1, 2, 6, 7, 8, 9], Enumerable.Range(0, 12).Where(i => pool.Contains(i)));
        Assert.Equal(9, pool.CountPresent());
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Contains(pool.Capacity));
    }

    [Fact]
    public void Groups_predicates_counts_and_lookups_allocate_nothing()
    {
        using BlockPool<Account> pool = Filled(100);
        long[] indexes = [.. Enumerable.Range(0, 100).Select(i => (long)i)];
        Account[] accounts = new Account[100];
        Assert.Equal(0, Allocation.Of(() =>
        {
            pool.WriteMany(indexes, accounts);
            Assert.True(pool.Contains(7));
            Assert.True(pool.CountPresent() == 100);
            foreach (PresentRecord<Account> record in pool.Records.Where(0L, static (in Account a, long id) => a.Id == id))
            {
                Assert.True(record.Value.Id == 0);
            }
        }));
    }

    [Fact]
    public async Task Records_written_asynchronously_are_there_when_awaited_on_memory_and_on_pages()
    {
        await WriteAndRead(PoolPath);
        using var onDisk = TempDirectory.Create();
        await WriteAndRead(onDisk.File("b.pool"));
    }

    [Fact]
    public async Task Asynchronous_calls_tell_what_is_wrong_and_heed_cancellation()
    {
        using BlockPool<Account> pool = Filled(10);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.WriteAsync(5, default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.ReadAsync(5, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.FlushAsync(cancelled));
        Assert.Equal(5, pool[5].Id);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pool.WriteAsync(-1, default));
        Assert.Equal(20, (await Assert.ThrowsAsync<BlockRecordException>(async () => await pool.ReadAsync(20))).Index);
        pool.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.ReadAsync(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.WriteAsync(1, default));
    }

    [Fact]
    public void A_pool_opened_for_reading_reads_and_refuses_every_change()
    {
        Filled(10).Dispose();
        byte[] before = File.ReadAllBytes(PoolPath);
        using (BlockPool<Account> pool = BlockPool<Account>.OpenReadOnly(PoolPath))
        {
            Assert.Equal(7, pool[7].Id);
            Assert.Throws<NotSupportedException>(() => pool[7] = default);
            Assert.Throws<NotSupportedException>(() => pool.WriteMany([7], [default]));
            Assert.Throws<NotSupportedException>(() => pool.Delete(7));
            Assert.Throws<NotSupportedException>(() => { _ = pool.WriteAsync(7, default); });
        }

        Assert.Throws<LayoutMismatchException>(() => BlockPool<Page>.OpenReadOnly(PoolPath));
        Assert.Equal(before, File.ReadAllBytes(PoolPath));
    }

    [Fact]
    public void A_pool_of_several_files_keeps_records_too()
    {
        string set = _directory.File("records.set");
        File.WriteAllText(set, $"PMEMPOOLSET\n20M {_directory.File("part0")}\n20M {_directory.File("part1")}\n");
        using (BlockPool<Account> pool = BlockPool<Account>.CreateInSet(set))
        {
            pool[pool.Capacity - 1] = new Account { Id = 9 };
            pool[0] = new Account { Id = 8 };
        }

        using BlockPool<Account> again = BlockPool<Account>.Open(set);
        Assert.Equal((8L, 9L), (again[0].Id, again[again.Capacity - 1].Id));
        Assert.Throws<ArgumentException>(() => BlockPool<Account>.CreateInSet(set, new BlockPoolOptions { ApplicationArea = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 } }));
    }

    private static async Task WriteAndRead(string path)
    {
        const int Count = 200;
        using BlockPool<Account> pool = BlockPool<Account>.Create(path, capacity: 1000);
        Task[] writes = [.. Enumerable.Range(0, Count).Select(i => pool.WriteAsync(i, new Account { Id = i, Balance = -i }))];
        await pool.FlushAsync();
        await Task.WhenAll(writes);
        for (int i = 0; i < Count; i++)
        {
            Account account = await pool.ReadAsync(i);
            Assert.Equal((i, -i), (account.Id, account.Balance));
        }
    }

    private BlockPool<Account> Filled(int count)
    {
        BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 1000);
        for (int i = 0; i < count; i++)
        {
            pool[i] = new Account { Id = i, Balance = i };
        }

        return pool;
    }
}
