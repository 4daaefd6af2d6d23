using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>A pool that has grown is one that libpmemblk could have made: both libraries use it, and the tool finds it sound.</summary>
public sealed class PoolGrowthTests : IDisposable
{
    private const int BlockBytes = 512;
    private const int HeaderBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [ReferenceTheory]
    [InlineData("files", true)]
    [InlineData("files", false)]
    [InlineData("one header", true)]
    [InlineData("directory", true)]
    [InlineData("directory", false)]
    public void A_set_that_has_grown_is_used_by_both(string kind, bool isOurs)
    {
        string set = WriteSet(kind);
        if (isOurs)
        {
            BlockPool.CreateInSet(set, BlockBytes).Dispose();
        }
        else
        {
            Assert.Equal(0, Pmempool.Run("create", "blk", "512", set).ExitCode);
        }

        var model = new BlockModel(1);
        for (int round = 0; round < 3; round++)
        {
            using (ReferencePool reference = ReferencePool.Open(set))
            {
                model.AssertHeldBy(reference);
                model.Apply(reference, OperationSequence.Inside((10 * round) + 1, 200, reference.BlockCount));
            }

            using (BlockPool ours = BlockPool.Open(set))
            {
                long before = ours.BlockCount;
                model.Apply(new OurPool(ours), OperationSequence.Inside((10 * round) + 2, 200, before));
                string[] parts = kind == "directory" ? [] : [_directory.File(FormattableString.Invariant($"new{round}"))];
                Assert.InRange(ours.Grow((3 + round) << 20, parts), 1, long.MaxValue);
                model.Apply(new OurPool(ours), OperationSequence.Inside((10 * round) + 3, 300, ours.BlockCount));
                model.AssertHeldBy(new OurPool(ours));
            }

            Pmempool.AssertSound(set);
        }

        using ReferencePool last = ReferencePool.Open(set);
        model.AssertHeldBy(last);
        model.Apply(last, OperationSequence.Inside(99, 300, last.BlockCount));
        model.AssertHeldBy(last);
    }

    [ReferenceFact]
    public void What_has_grown_has_the_layout_of_a_pool_made_in_that_size()
    {
        const int Small = 20 << 20;
        const int Large = 29 << 20;
        string grown = _directory.File("grown");
        using (ReferencePool small = ReferencePool.Create(grown, BlockBytes, Small))
        {
            Assert.Equal(BlockOutcome.Done, small.Write(7, new byte[BlockBytes]));
        }

        Lengthen(grown, Large);
        using (BlockPool ours = BlockPool.Open(grown))
        {
            Assert.True(ours.Grow() > 0);
        }

        string fresh = _directory.File("fresh");
        using (ReferencePool large = ReferencePool.Create(fresh, BlockBytes, Large))
        {
            Assert.Equal(BlockOutcome.Done, large.Write(7, new byte[BlockBytes]));
        }

        Assert.Equal(Geometry(fresh, 8192), Geometry(grown, 8192));
        Assert.Equal(Geometry(fresh, Large - 4096), Geometry(grown, Large - 4096));
        Pmempool.AssertSound(grown);
    }

    // Sparse: only what is written takes memory.
    [ReferenceFact]
    public void A_pool_grows_across_the_border_of_an_arena()
    {
        const long Arena = 1L << 39;
        const int Block = 1 << 20;
        string path = _directory.File("sparse");
        BlockPool.Create(path, Block, Arena - (1L << 30), new BlockPoolOptions { IsSparse = true }).Dispose();
        var content = new byte[Block];
        new Random(5).NextBytes(content);
        using (BlockPool pool = BlockPool.Open(path))
        {
            pool.Write(77, content);
        }

        // Into the border, exactly; then only an arena behind it; then that arena.
        foreach (long bytes in (long[])[Arena + 8192, Arena + 8192 + (2L << 30), Arena + 8192 + (3L << 30)])
        {
            Lengthen(path, bytes);
            long count;
            byte[] read = new byte[Block];
            using (BlockPool pool = BlockPool.Open(path))
            {
                Assert.True(pool.Grow() > 0);
                count = pool.BlockCount;
                pool.Write(count - 1, content);
                pool.Read(77, read);
                Assert.Equal(content, read);
            }

            using ReferencePool reference = ReferencePool.Open(path);
            Assert.Equal(count, reference.BlockCount);
            foreach (long block in (long[])[77, count - 1])
            {
                Assert.Equal(BlockOutcome.Done, reference.Read(block, read));
                Assert.Equal(content, read);
            }
        }

        Pmempool.AssertSound(path);
    }

    [ReferenceFact]
    public void The_reference_refuses_a_pool_whose_growth_was_interrupted()
    {
        string path = _directory.File("pool");
        BlockPool.Create(path, BlockBytes, 20 << 20).Dispose();
        byte[] clean = File.ReadAllBytes(path)[..HeaderBytes];
        PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(clean);
        PartHeaderLayout marked = PoolMark.With(in header, PoolFeatures.Growing);
        byte[] with = Blittable.AsBytes(in marked).ToArray();

        // Marked, and torn between both on either side.
        byte[][] images = [with, [.. with[..2048], .. clean[2048..]], [.. clean[..2048], .. with[2048..]]];
        foreach (byte[] image in images)
        {
            using (FileStream file = File.OpenWrite(path))
            {
                file.Write(image);
            }

            Assert.Equal(0, LibPmemBlk.Open(path, 0));
        }
    }

    [ReferenceFact]
    public void A_part_that_is_added_and_not_used_yet_is_no_harm_to_the_reference()
    {
        string set = WriteSet("one header");
        BlockPool.CreateInSet(set, BlockBytes).Dispose();
        long before;
        var model = new BlockModel(3);
        using (ReferencePool reference = ReferencePool.Open(set))
        {
            before = reference.BlockCount;
            model.Apply(reference, OperationSequence.Inside(3, 100, before));
        }

        File.AppendAllText(set, $"4M {_directory.File("more")}\n");
        File.WriteAllBytes(_directory.File("more"), new byte[4 << 20]);
        using (ReferencePool reference = ReferencePool.Open(set))
        {
            Assert.Equal(before, reference.BlockCount);
            model.Apply(reference, OperationSequence.Inside(4, 100, before));
        }

        using (BlockPool ours = BlockPool.Open(set))
        {
            Assert.True(ours.Grow() > 0);
        }

        Pmempool.AssertSound(set);
        using ReferencePool grown = ReferencePool.Open(set);
        model.AssertHeldBy(grown);
    }

    private static void Lengthen(string path, long bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(bytes);
    }

    // Everything of an info block but identities and the checksum over them.
    private static byte[] Geometry(string path, long offset)
    {
        byte[] info = new byte[HeaderBytes];
        using FileStream file = File.OpenRead(path);
        file.Position = offset;
        file.ReadExactly(info);
        info.AsSpan(16, 32).Clear();
        info.AsSpan(4088).Clear();
        return info;
    }

    private string WriteSet(string kind)
    {
        string set = _directory.File("pool.set");
        string files = _directory.File("files");
        Directory.CreateDirectory(files);
        File.WriteAllText(set, "PMEMPOOLSET\n" + kind switch
        {
            "files" => $"18M {_directory.File("a")}\n2M {_directory.File("b")}\n",
            "one header" => $"OPTION SINGLEHDR\n18M {_directory.File("a")}\n",
            _ => $"OPTION SINGLEHDR\n64M {files}\n",
        });
        return set;
    }
}
