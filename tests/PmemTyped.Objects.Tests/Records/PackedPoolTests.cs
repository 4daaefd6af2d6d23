using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Records;

/// <summary>Several records in a block.</summary>
public sealed class PackedPoolTests : IDisposable
{
    // 32 bytes of header and 8 of fields in a block of 512.
    private const int PerBlock = 12;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PoolPath => _directory.File("points.pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Packed_records_read_back_also_after_reopening_and_share_blocks()
    {
        using (BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 100_000))
        {
            Assert.InRange(pool.Capacity, 100_000, 500_000);
            Assert.Equal(pool.Blocks.BlockCount * PerBlock, pool.Capacity);
            foreach (int i in (int[])[0, 1, PerBlock - 1, PerBlock, 99_999])
            {
                pool[i] = new Point { X = i, Y = -i };
            }

            Assert.Equal(BlockState.Normal, pool.Blocks.GetState(99_999 / PerBlock));
        }

        using BlockPool<Point> again = BlockPool<Point>.Open(PoolPath);
        Assert.Equal([0, 1, PerBlock - 1, PerBlock, 99_999], again.Records.Where(0, static (in Point _, int _) => true).ToList().Select(r => (int)r.Index));
        Assert.Equal((99_999, -99_999), (again[99_999].X, again[99_999].Y));
        Assert.Equal(5, again.CountPresent());
        Assert.Equal(BlockRecordStatus.Empty, again.TryRead(2, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => again[again.Capacity]);
        Assert.Throws<ArgumentOutOfRangeException>(() => again[-1] = default);
        Assert.Throws<ArgumentOutOfRangeException>(() => again.Delete(again.Capacity));
    }

    [Fact]
    public void A_deleted_record_leaves_its_neighbours_and_the_last_one_zeroes_the_block()
    {
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 100);
        pool[0] = new Point { X = 1 };
        pool[1] = new Point { X = 2 };
        pool.Delete(0);
        Assert.Equal((BlockRecordStatus.Empty, 2), (pool.TryRead(0, out _), pool[1].X));
        pool.Delete(1);
        Assert.Equal(BlockRecordStatus.Zeroed, pool.TryRead(1, out _));
        Assert.Equal(BlockState.Zero, pool.Blocks.GetState(0));
        pool.Delete(5 * PerBlock);
        Assert.Equal(BlockState.Initial, pool.Blocks.GetState(5));
    }

    [Fact]
    public void Damage_in_one_record_does_not_touch_the_others_of_its_block()
    {
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 100);
        pool.WriteMany([0, 1, 2], [new Point { X = 1 }, new Point { X = 2 }, new Point { X = 3 }]);
        byte[] block = new byte[pool.Blocks.BlockSize];
        pool.Blocks.Read(0, block);
        block[40 + 33] ^= 1;
        pool.Blocks.Write(0, block);
        Assert.Equal(
            (1, BlockRecordStatus.Corrupt, 3), (pool[0].X, pool.TryRead(1, out _), pool[2].X));
        pool[1] = new Point { X = 20 };
        Assert.Equal((1, 20, 3), (pool[0].X, pool[1].X, pool[2].X));
    }

    [Fact]
    public void A_block_that_is_marked_bad_is_not_made_to_look_empty_by_a_write()
    {
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 100);
        pool[0] = new Point { X = 1 };
        pool.Blocks.SetError(0);
        Assert.Equal(BlockRecordStatus.MarkedBad, Assert.Throws<BlockRecordException>(() => pool[1] = default).Status);
        Assert.Throws<BlockRecordException>(() => pool.Delete(0));
        Assert.Throws<BlockRecordException>(() => pool.WriteMany([1], [default]));
        Assert.Equal(BlockRecordStatus.MarkedBad, pool.TryRead(0, out _));
        pool.Blocks.SetZero(0);
        pool[1] = new Point { X = 2 };
        Assert.Equal(2, pool[1].X);
    }

    [Fact]
    public void Many_records_are_written_in_any_order_and_the_last_of_equal_ones_counts()
    {
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 5000);
        var random = new Random(5);
        long[] indexes = [.. Enumerable.Range(0, 3000).Select(_ => random.NextInt64(2000))];
        Point[] points = [.. indexes.Select((index, number) => new Point { X = (int)index, Y = number })];
        pool[1999] = new Point { X = 1999, Y = -1 };
        pool.WriteMany(indexes, points);
        foreach (var last in indexes.Select((index, number) => (index, number)).GroupBy(i => i.index))
        {
            Assert.Equal(((int)last.Key, last.Last().number), (pool[last.Key].X, pool[last.Key].Y));
        }

        Assert.Equal(indexes.Append(1999).Distinct().Count(), pool.CountPresent());
        Assert.Empty(pool.Blocks.Check().Findings);
    }

    [Fact]
    public void Threads_that_write_records_of_the_same_blocks_lose_none()
    {
        const int Threads = 8;
        const int Rounds = 4000;
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 10 * PerBlock);
        using var start = new Barrier(Threads);
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            start.SignalAndWait();

            // Every thread has its own records, in every block.
            for (int round = 1; round <= Rounds; round++)
            {
                long index = ((round % 10) * PerBlock) + thread;
                pool[index] = new Point { X = thread, Y = round };
                pool.WriteMany(
                    [index, ((round + 5) % 10 * PerBlock) + thread],
                    [new Point { X = thread, Y = round }, new Point { X = thread, Y = round }]);
                Assert.Equal((thread, round), (pool[index].X, pool[index].Y));
            }
        });
        Assert.Equal(Threads * 10, pool.CountPresent());
        Assert.All(pool.Records.Where(0, static (in Point _, int _) => true).ToList(), r => Assert.True(r.Value.Y > Rounds - 10));
    }

    [Fact]
    public void Packed_operations_allocate_nothing()
    {
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 1000);
        long[] indexes = [5, 6, 7, 900];
        Point[] points = new Point[4];
        Assert.Equal(0, Allocation.Of(() =>
        {
            pool[5] = new Point { X = 5 };
            Assert.True(pool[5].X == 5);
            pool.WriteMany(indexes, points);
            pool.Delete(7);
            Assert.True(pool.CountPresent() == 3);
        }));
    }

    [Fact]
    public async Task Packed_records_migrate_and_more_records_than_fit_are_refused()
    {
        using (BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 1000))
        {
            pool.WriteMany(
                [.. Enumerable.Range(0, 500).Select(i => (long)i)],
                [.. Enumerable.Range(0, 500).Select(i => new Point { X = i, Y = -i })]);
        }

        var refusal = Assert.Throws<PmemFormatException>(() => BlockPool<Point3D>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead));
        Assert.Contains("Copy the records", refusal.Message, StringComparison.Ordinal);
        using (BlockPool<FlippedPoint> pool = BlockPool<FlippedPoint>.Open(PoolPath, upgrade: LayoutUpgrade.OnRead))
        {
            pool[3] = new FlippedPoint { X = 33, Y = 34 };
            Assert.Equal((7, -7), (pool[7].X, pool[7].Y));
            Assert.Equal(new MigrationResult(499, 0, null), await pool.MigrateAllAsync());
        }

        using BlockPool<FlippedPoint> again = BlockPool<FlippedPoint>.Open(PoolPath);
        Assert.Equal((33, 499, -499), (again[3].X, again[499].X, again[499].Y));
        Assert.Equal(500, again.CountPresent());
    }

    [Fact]
    public void Packed_and_unpacked_pools_are_not_taken_for_each_other()
    {
        BlockPool<Point>.Create(PoolPath, capacity: 10).Dispose();
        Assert.Equal("records of a block", Assert.Throws<PmemFormatException>(() => BlockPool<UnpackedPoint>.Open(PoolPath)).Structure);
        File.Delete(PoolPath);
        BlockPool<UnpackedPoint>.Create(PoolPath, capacity: 10).Dispose();
        Assert.Equal("records of a block", Assert.Throws<PmemFormatException>(() => BlockPool<Point>.Open(PoolPath)).Structure);
    }

    [Fact]
    public async Task Packed_records_can_be_awaited()
    {
        using BlockPool<Point> pool = BlockPool<Point>.Create(PoolPath, capacity: 1000);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => pool.WriteAsync(i, new Point { X = i })));
        Assert.Equal(199, (await pool.ReadAsync(199)).X);
        Assert.Equal(200, pool.CountPresent());
    }
}
