using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>The bytes behind the descriptor that the format leaves free: the reference neither minds nor changes them.</summary>
public sealed class ApplicationAreaTests
{
    private const int AreaOffset = 4200;
    private const int AreaEnd = 8192;

    [ReferenceFact]
    public void A_full_application_area_passes_the_tool_and_outlives_the_reference()
    {
        const int Seed = 41;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        byte[] area = Area(Seed);
        BlockPool.Create(
            path, 512, BlockPool.MinPoolBytes, new BlockPoolOptions { ApplicationArea = area }).Dispose();
        AssertIntact(path, area);
        Pmempool.AssertSound(path);
        AssertIntact(path, area);

        var model = new BlockModel(Seed);
        using (ReferencePool reference = ReferencePool.Open(path))
        {
            model.Apply(reference, OperationSequence.Inside(Seed, 200, reference.BlockCount));
        }

        AssertIntact(path, area);
        Pmempool.AssertSound(path);
        using BlockPool ours = BlockPool.Open(path);
        byte[] read = new byte[BlockPool.ApplicationAreaBytes];
        ours.ReadApplicationArea(read);
        Assert.Equal(area, read);
        model.AssertHeldBy(new OurPool(ours));
    }

    [ReferenceFact]
    public void An_application_area_can_be_added_to_a_pool_of_the_reference()
    {
        const int Seed = 42;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        var model = new BlockModel(Seed);
        using (ReferencePool reference = ReferencePool.Create(path, 4096, 33_554_432))
        {
            model.Apply(reference, OperationSequence.Inside(Seed, 200, reference.BlockCount));
        }

        byte[] area = Area(Seed);
        using (BlockPool ours = BlockPool.Open(path))
        {
            ours.InitializeApplicationArea(area);
        }

        Pmempool.AssertSound(path);
        using (ReferencePool reference = ReferencePool.Open(path))
        {
            model.AssertHeldBy(reference);
            model.Apply(reference, OperationSequence.Inside(Seed + 1, 200, reference.BlockCount));
        }

        AssertIntact(path, area);
    }

    private static byte[] Area(int seed)
    {
        byte[] area = new byte[AreaEnd - AreaOffset];
        new Random(seed).NextBytes(area);
        Assert.Equal(BlockPool.ApplicationAreaBytes, area.Length);
        return area;
    }

    private static void AssertIntact(string path, byte[] area)
    {
        using FileStream file = File.OpenRead(path);
        file.Position = AreaOffset;
        byte[] found = new byte[area.Length];
        file.ReadExactly(found);
        Assert.Equal(area, found);
    }
}
