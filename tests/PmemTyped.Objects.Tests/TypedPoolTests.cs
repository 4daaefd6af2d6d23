using PmemTyped.Blocks;
using PmemTyped.Objects.Tests.Records;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests;

public sealed class TypedPoolTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PoolPath => _directory.File("accounts.pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_record_reads_back_as_it_was_written_and_after_reopening()
    {
        using (BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 1000))
        {
            pool[7] = new Account { Id = 7, Balance = -250, Owner = "Ada Lovelace" };
            Assert.Equal(-250, pool[7].Balance);
        }

        using BlockPool<Account> again = BlockPool<Account>.Open(PoolPath);
        Account found = again[7];
        Assert.Equal((7L, -250L, "Ada Lovelace"), (found.Id, found.Balance, found.Owner.ToString()));
    }

    [Fact]
    public void Nothing_of_a_longer_record_lies_behind_one_that_its_thread_writes_next()
    {
        using BlockPool<Account> longer = BlockPool<Account>.Create(PoolPath, capacity: 10);
        using BlockPool<ItemV1> shorter = BlockPool<ItemV1>.Create(_directory.File("shorter"), capacity: 10);
        longer[0] = new Account { Id = -1, Balance = -1, Owner = new string('x', 32) };
        shorter[0] = new ItemV1 { Id = -1 };

        byte[] block = new byte[shorter.Blocks.BlockSize];
        shorter.Blocks.Read(0, block);

        Assert.DoesNotContain(block[ItemV1.RecordSize..], b => b != 0);
    }

    [Fact]
    public void Capacity_is_at_least_what_was_asked_for()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 100_000);
        Assert.InRange(pool.Capacity, 100_000, 101_000);
        pool[pool.Capacity - 1] = new Account { Id = 1 };
        Assert.Throws<ArgumentOutOfRangeException>(() => pool[pool.Capacity] = default);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool[-1]);
    }

    [Fact]
    public void Never_written_deleted_damaged_and_marked_bad_are_told_apart()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 10);
        pool[1] = new Account { Id = 1 };
        pool.Delete(1);
        pool[2] = new Account { Id = 2 };
        Damage(pool.Blocks, 2, offset: 40);
        pool.Blocks.SetError(3);
        Overwrite(pool.Blocks, 4, 0xA5);

        Assert.Equal(BlockRecordStatus.Empty, pool.TryRead(0, out _));
        Assert.Equal(BlockRecordStatus.Zeroed, pool.TryRead(1, out _));
        Assert.Equal(BlockRecordStatus.Corrupt, pool.TryRead(2, out _));
        Assert.Equal(BlockRecordStatus.MarkedBad, pool.TryRead(3, out _));
        Assert.Equal(BlockRecordStatus.NotARecord, pool.TryRead(4, out _));
        foreach (long index in (long[])[0, 1, 2, 3, 4])
        {
            var error = Assert.Throws<BlockRecordException>(() => pool[index]);
            Assert.Equal((index, pool.TryRead(index, out _)), (error.Index, error.Status));
        }
    }

    [Fact]
    public void Damage_behind_the_record_does_not_matter_and_damage_in_it_always_does()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 10);
        for (int offset = 0; offset < pool.Blocks.BlockSize; offset++)
        {
            pool[5] = new Account { Id = 5, Balance = 55, Owner = "Eve" };
            Damage(pool.Blocks, 5, offset);
            bool isInside = offset < RecordSizeOf<Account>();
            Assert.Equal((offset, !isInside), (offset, pool.TryRead(5, out _) == BlockRecordStatus.Ok));
        }
    }

    [Fact]
    public void Present_records_come_in_order_and_without_the_deleted_ones()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 1000);
        foreach (int index in (int[])[900, 3, 17, 0, 500])
        {
            pool[index] = new Account { Id = index };
        }

        pool.Delete(17);
        var found = new List<(long, long)>();
        foreach (PresentRecord<Account> record in pool.Records)
        {
            found.Add((record.Index, record.Value.Id));
        }

        Assert.Equal([(0, 0), (3, 3), (500, 500), (900, 900)], found);
    }

    [Fact]
    public void An_enumeration_names_the_damaged_record_and_goes_on_behind_it()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 100);
        pool[1] = new Account { Id = 1 };
        pool[2] = new Account { Id = 2 };
        pool[3] = new Account { Id = 3 };
        Damage(pool.Blocks, 2, offset: 33);
        PresentRecords<Account>.Enumerator records = pool.Records.GetEnumerator();
        Assert.True(records.MoveNext());
        var error = Assert.Throws<BlockRecordException>(() => records.MoveNext());
        Assert.Equal(2, error.Index);
        Assert.True(records.MoveNext());
        Assert.Equal(3, records.Current.Index);
    }

    [Fact]
    public void Reading_writing_and_enumerating_allocate_nothing()
    {
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 1000);
        Assert.Equal(0, AllocatedBy(pool, rounds: 200));
    }

    [Fact]
    public void A_pool_of_another_layout_is_refused_with_the_difference_field_by_field()
    {
        BlockPool<Account>.Create(PoolPath, capacity: 10).Dispose();
        byte[] before = File.ReadAllBytes(PoolPath);

        var error = Assert.Throws<LayoutMismatchException>(() => BlockPool<AccountV2>.Open(PoolPath));

        Assert.Contains("offset 8: the pool has Balance: i64, the program Owner: text[32]", error.Differences);
        Assert.Contains("offset 16: the pool has Owner: text[32], the program nothing", error.Differences);
        Assert.Contains("offset 48: the pool has nothing, the program Branch: i32", error.Differences);
        Assert.Contains("test.account@1", error.Message, StringComparison.Ordinal);
        Assert.Contains("test.account@2", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(PoolPath));
    }

    [Fact]
    public void Renaming_the_type_and_its_fields_still_opens_the_pool()
    {
        using (BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 10))
        {
            pool[0] = new Account { Id = 12, Balance = 34, Owner = "Bob" };
        }

        using BlockPool<RenamedAccount> renamed = BlockPool<RenamedAccount>.Open(PoolPath);
        Assert.Equal((12L, 34L, "Bob"), (renamed[0].Number, renamed[0].Amount, renamed[0].Holder.ToString()));
    }

    [Fact]
    public void An_untyped_pool_is_refused_unless_it_is_adopted()
    {
        BlockPool.Create(PoolPath, 512, BlockPool.MinPoolBytes).Dispose();
        byte[] before = File.ReadAllBytes(PoolPath);
        var error = Assert.Throws<LayoutMismatchException>(() => BlockPool<Account>.Open(PoolPath));
        Assert.Null(error.Stored);
        Assert.Equal(before, File.ReadAllBytes(PoolPath));

        using (BlockPool<Account> pool = BlockPool<Account>.Open(PoolPath, adoptUntyped: true))
        {
            pool[0] = new Account { Id = 1 };
        }

        using BlockPool<Account> typed = BlockPool<Account>.Open(PoolPath);
        Assert.Equal(1, typed[0].Id);
    }

    [Fact]
    public void A_pool_whose_blocks_are_too_small_for_the_record_is_refused()
    {
        BlockPool.Create(PoolPath, 512, BlockPool.MinPoolBytes).Dispose();
        var error = Assert.Throws<PmemFormatException>(() => BlockPool<Page>.Open(PoolPath, adoptUntyped: true));
        Assert.Equal("block size", error.Structure);
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_layout_description_is_noticed()
    {
        BlockPool<Account>.Create(PoolPath, capacity: 10).Dispose();
        byte[] sound = File.ReadAllBytes(PoolPath);
        int length = 32 + System.Text.Encoding.UTF8.GetByteCount(LayoutDescription.Of<Account>().Text);
        for (int offset = 4200; offset < 4200 + length; offset++)
        {
            byte[] damaged = (byte[])sound.Clone();
            damaged[offset] ^= 0x10;
            File.WriteAllBytes(PoolPath, damaged);
            Exception error = Assert.ThrowsAny<PmemException>(() => BlockPool<Account>.Open(PoolPath));
            Assert.True(error is PmemCorruptionException or PmemFormatException, error.ToString());
        }
    }

    [Fact]
    public void Records_of_four_kilobytes_work_alike()
    {
        using BlockPool<Page> pool = BlockPool<Page>.Create(PoolPath, capacity: 100);
        Assert.Equal(4096, pool.Blocks.BlockSize);
        string text = new('x', 2000);
        pool[99] = new Page { Number = 99, Text = text };
        Assert.Equal(text, pool[99].Text.ToString());
    }

    [Fact]
    public void Many_threads_may_read_and_write_the_same_records()
    {
        const int Records = 16;
        const int Rounds = 2000;
        using BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: Records);
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Rounds; i++)
            {
                long index = random.Next(Records);
                if (random.Next(2) == 0)
                {
                    long number = random.NextInt64();
                    pool[index] = new Account { Id = number, Balance = ~number };
                }
                else if (pool.TryRead(index, out Account account) == BlockRecordStatus.Ok)
                {
                    Assert.Equal(account.Id, ~account.Balance);
                }
            }
        });
        Assert.Empty(pool.Blocks.Check().Findings);
    }

    [Fact]
    public void A_disposed_pool_says_so()
    {
        BlockPool<Account> pool = BlockPool<Account>.Create(PoolPath, capacity: 10);
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool[0]);
        Assert.Throws<ObjectDisposedException>(() => pool[0] = default);
        Assert.Throws<ObjectDisposedException>(() => pool.Delete(0));
        pool.Dispose();
    }

    private static int RecordSizeOf<T>()
        where T : unmanaged, IBlockRecord<T> => T.RecordSize;

    private static long AllocatedBy(BlockPool<Account> pool, int rounds)
    {
        long allocated = long.MaxValue;

        // The first passes pay for layout, buffers and compilation; one clean pass is the proof.
        for (int pass = 0; pass < 20 && allocated != 0; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rounds; i++)
            {
                pool[i] = new Account { Id = i };
                Assert.True(pool[i].Id == i);
            }

            foreach (PresentRecord<Account> record in pool.Records)
            {
                Assert.True(record.Value.Id == record.Index);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }

    private static void Damage(BlockPool blocks, long block, int offset)
    {
        byte[] content = new byte[blocks.BlockSize];
        blocks.Read(block, content);
        content[offset] ^= 1;
        blocks.Write(block, content);
    }

    private static void Overwrite(BlockPool blocks, long block, byte value)
    {
        byte[] content = new byte[blocks.BlockSize];
        content.AsSpan().Fill(value);
        blocks.Write(block, content);
    }
}
