using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks.Tests;

/// <summary>Pools that get more blocks while they are open: on sets of every kind, and interrupted.</summary>
public sealed class GrowthTests
{
    public static TheoryData<string> Kinds => ["one part", "two parts", "one header", "directories", "mirrors"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_set_grows_while_it_is_open_and_keeps_what_it_holds(string kind)
    {
        using var files = new GrowablePool(kind);
        long total;
        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            long before = pool.BlockCount;
            long gained = pool.Grow(GrowablePool.AddedBytes, files.NewParts(0));
            gained += pool.Grow(GrowablePool.AddedBytes, files.NewParts(1));
            Assert.Equal(before + gained, pool.BlockCount);
            Assert.InRange(gained, 15_000, 16_400);
            GrowablePool.AssertKept(pool);
            Assert.Equal(BlockState.Zero, pool.GetState(before));
            for (long block = pool.BlockCount - 100; block < pool.BlockCount; block++)
            {
                Assert.Equal(BlockState.Zero, pool.GetState(block));
                pool.Write(block, GrowablePool.Content((int)block));
            }

            Assert.True(pool.Check().IsConsistent, string.Join('\n', pool.Check().Findings));
            total = pool.BlockCount;
        }

        Assert.True(BlockPool.Check(files.SetPath).IsConsistent);
        BlockPoolDescription facts = BlockPool.Describe(files.SetPath);
        ArenaGeometry[] fresh = BttGeometry.Plan(facts.PoolBytes, GrowablePool.BlockBytes)!;
        Assert.Equal(fresh.Sum(a => a.Lbas), total);
        using BlockPool again = BlockPool.Open(files.SetPath);
        Assert.Equal(total, again.BlockCount);
        GrowablePool.AssertKept(again);
        byte[] read = new byte[GrowablePool.BlockBytes];
        again.Read(total - 1, read);
        Assert.Equal(GrowablePool.Content((int)total - 1), read);
    }

    [Fact]
    public void What_grows_reaches_every_replica()
    {
        using var files = new GrowablePool("mirrors");
        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            _ = pool.Grow(GrowablePool.AddedBytes, files.NewParts());
            pool.Write(pool.BlockCount - 1, GrowablePool.Content(1));
            pool.Write(1, GrowablePool.Content(2));
        }

        PoolSetSyncReport report = PoolSetSync.Plan(PoolSetFile.Load(files.SetPath), BlockPool.Signature);
        Assert.Empty(report.Defects);
        File.Delete(files.File("a0"));
        File.Delete(files.NewParts()[0]);
        _ = PoolSetSync.Run(PoolSetFile.Load(files.SetPath), BlockPool.Signature);
        using BlockPool rebuilt = BlockPool.Open(files.SetPath);
        GrowablePool.AssertKept(rebuilt);
    }

    [Fact]
    public void A_pool_that_was_never_written_grows()
    {
        using var files = new GrowablePool("one part");
        string set = files.File("other.set");
        File.WriteAllText(set, $"PMEMPOOLSET\n18M {files.File("x")}\n");
        using BlockPool pool = BlockPool.CreateInSet(set, GrowablePool.BlockBytes);
        long gained = pool.Grow(GrowablePool.AddedBytes, files.NewParts());
        Assert.True(gained > 0);
        Assert.False(pool.IsLaidOut);
        Assert.Equal(BlockState.Initial, pool.GetState(pool.BlockCount - 1));
        pool.Write(pool.BlockCount - 1, GrowablePool.Content(1));
        Assert.True(pool.Check().IsConsistent);
    }

    [Fact]
    public void A_file_that_was_made_longer_is_filled()
    {
        using var files = new GrowablePool("one part");
        string path = files.File("single");
        using (BlockPool pool = BlockPool.Create(path, GrowablePool.BlockBytes, BlockPool.MinPoolBytes))
        {
            pool.Write(5, GrowablePool.Content(5));
            Assert.Equal(0, pool.Grow());
            Assert.Throws<NotSupportedException>(() => pool.Grow(GrowablePool.AddedBytes));
        }

        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(BlockPool.MinPoolBytes + GrowablePool.AddedBytes);
        }

        using (BlockPool pool = BlockPool.Open(path))
        {
            long before = pool.BlockCount;
            long gained = pool.Grow();
            Assert.InRange(gained, 8_000, 8_200);
            Assert.Equal(before + gained, pool.BlockCount);
            byte[] read = new byte[GrowablePool.BlockBytes];
            pool.Read(5, read);
            Assert.Equal(GrowablePool.Content(5), read);
        }

        Assert.True(BlockPool.Check(path).IsConsistent);
    }

    [Theory]
    [InlineData("one part", 56)]
    [InlineData("one part", 72)]
    [InlineData("one part", 4088)]
    [InlineData("two parts", 56)]
    [InlineData("two parts", 64)]
    [InlineData("two parts", 4088)]
    public void Links_that_a_crash_left_behind_are_completed(string kind, int keptFrom)
    {
        // The neighbours of the new part as before, except for what lies before a byte: torn there.
        using var files = new GrowablePool(kind);
        string[] neighbours = kind == "one part" ? ["a0"] : ["a0", "a1"];
        byte[][] before = [.. neighbours.Select(n => File.ReadAllBytes(files.File(n))[..4096])];
        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            _ = pool.Grow(GrowablePool.AddedBytes, files.NewParts());
        }

        for (int i = 0; i < neighbours.Length; i++)
        {
            files.Overwrite(neighbours[i], keptFrom, before[i].AsSpan(keptFrom));
        }

        using (BlockPool looked = BlockPool.OpenReadOnly(files.SetPath))
        {
            GrowablePool.AssertKept(looked);
        }

        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            GrowablePool.AssertKept(pool);
        }

        Assert.True(BlockPool.Check(files.SetPath).IsConsistent);
    }

    [Fact]
    public void A_part_that_was_added_and_not_used_is_filled_later()
    {
        using var files = new GrowablePool("one header");
        long before = BlockPool.Describe(files.SetPath).BlockCount;
        File.AppendAllText(files.SetPath, $"4M {files.File("more")}\n");
        File.WriteAllBytes(files.File("more"), new byte[GrowablePool.AddedBytes]);
        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            Assert.Equal(before, pool.BlockCount);
            Assert.True(pool.Grow() > 0);
            GrowablePool.AssertKept(pool);
        }

        Assert.True(BlockPool.Check(files.SetPath).IsConsistent);
    }

    [Fact]
    public void A_marked_pool_is_finished_by_opening_it_and_refused_by_everything_else()
    {
        using var files = new GrowablePool("mirrors");
        PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(File.ReadAllBytes(files.File("a0")).AsSpan(0, 4096));
        byte[] info = File.ReadAllBytes(files.File("a0"))[8192..12288];
        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            _ = pool.Grow(GrowablePool.AddedBytes, files.NewParts());
        }

        // Killed when half of the new info block was stored.
        header = Blittable.Read<PartHeaderLayout>(File.ReadAllBytes(files.File("a0")).AsSpan(0, 4096));
        header = PoolMark.With(in header, PoolFeatures.Growing);
        files.Overwrite("a0", 0, Blittable.AsBytes(in header));
        files.Overwrite("a0", 8192 + 100, info.AsSpan(100));

        Assert.False(BlockPool.Check(files.SetPath).IsConsistent);
        Assert.Throws<PmemFormatException>(() => BlockPool.Describe(files.SetPath));
        Exception refusal = Assert.Throws<PmemFormatException>(
            () => PoolSetSync.Run(PoolSetFile.Load(files.SetPath), BlockPool.Signature));
        Assert.Contains("Open the pool for writing once", refusal.Message, StringComparison.Ordinal);
        using (BlockPool looked = BlockPool.OpenReadOnly(files.SetPath))
        {
            GrowablePool.AssertKept(looked);
        }

        using (BlockPool pool = BlockPool.Open(files.SetPath, 0, facts => Assert.True(facts.IsLaidOut)))
        {
            GrowablePool.AssertKept(pool);
        }

        Assert.True(BlockPool.Check(files.SetPath).IsConsistent);
    }

    [Fact]
    public void A_file_that_was_resized_in_the_middle_of_growth_is_refused()
    {
        using var files = new GrowablePool("one part");
        string path = files.File("single");
        BlockPool.Create(path, GrowablePool.BlockBytes, BlockPool.MinPoolBytes).Dispose();
        using (BlockPool pool = BlockPool.Open(path))
        {
            pool.Write(5, GrowablePool.Content(5));
        }

        PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(File.ReadAllBytes(path).AsSpan(0, 4096));
        header = PoolMark.With(in header, PoolFeatures.Growing);
        using (FileStream file = File.OpenWrite(path))
        {
            file.Write(Blittable.AsBytes(in header));
            file.SetLength(BlockPool.MinPoolBytes + GrowablePool.AddedBytes);
        }

        Assert.Throws<PmemFormatException>(() => BlockPool.Open(path));
    }

    [Fact]
    public void What_cannot_be_is_refused_and_leaves_nothing_behind()
    {
        using var files = new GrowablePool("two parts");
        Dictionary<string, byte[]> before = files.Bytes();
        using (BlockPool pool = BlockPool.OpenReadOnly(files.SetPath))
        {
            Assert.Throws<NotSupportedException>(() => pool.Grow(GrowablePool.AddedBytes, files.NewParts()));
            Assert.Throws<NotSupportedException>(() => pool.Grow());
        }

        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            Assert.Throws<ArgumentException>(() => pool.Grow(GrowablePool.AddedBytes));
            Assert.Throws<ArgumentException>(() => pool.Grow(GrowablePool.AddedBytes, files.File("x"), files.File("y")));
            Assert.Throws<ArgumentException>(() => pool.Grow(GrowablePool.AddedBytes + 1, files.NewParts()));
            Assert.Throws<ArgumentOutOfRangeException>(() => pool.Grow(1 << 20, files.NewParts()));
            Assert.Throws<PmemIOException>(() => pool.Grow(GrowablePool.AddedBytes, files.File("a0")));
            Assert.Throws<PmemIOException>(() => pool.Grow(GrowablePool.AddedBytes, files.File("no/such/directory")));
            using (BlockLease lease = pool.Lease(7))
            {
                Assert.Throws<InvalidOperationException>(() => pool.Grow(GrowablePool.AddedBytes, files.NewParts()));
            }

            GrowablePool.AssertKept(pool);
        }

        Dictionary<string, byte[]> after = files.Bytes();
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, f => Assert.Equal(f.Value, after[f.Key]));
    }

    [Fact]
    public void Directories_grow_as_far_as_the_set_file_declares()
    {
        using var files = new GrowablePool("directories");
        using BlockPool pool = BlockPool.Open(files.SetPath);
        Assert.Throws<InvalidOperationException>(() => pool.Grow(120 << 20));
        Assert.Empty(Directory.GetFiles(files.File("d1")));
        Assert.True(pool.Grow(GrowablePool.AddedBytes) > 0);
        Assert.Equal([Path.Combine(files.File("d1"), "000001.pmem")], Directory.GetFiles(files.File("d1")));
    }
}
