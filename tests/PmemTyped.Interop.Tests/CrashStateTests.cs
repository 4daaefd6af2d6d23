using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>Pools that the reference left behind when it was killed: our recovery is its recovery.</summary>
public sealed class CrashStateTests
{
    // Its layout was being written when the process died, so the copy of the info block is missing; the reference does
    // not add it at open, nor do we, and the tool reports it.
    private const string WithoutInfoCopy = "crash-layout-primary-info.pool";

    public static TheoryData<string> Names =>
        [.. GoldenPool.All.Where(p => p.Name.StartsWith("crash-", StringComparison.Ordinal)).Select(p => p.Name)];

    [ReferenceTheory]
    [MemberData(nameof(Names))]
    public void After_our_recovery_the_reference_reads_what_it_reads_after_its_own(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        string ours = GoldenPool.Named(name).Extract(directory);
        string reference = directory.File("reference");
        File.Copy(ours, reference);

        BlockPool.Open(ours).Dispose();

        using ReferencePool recoveredByUs = ReferencePool.Open(ours);
        using ReferencePool recoveredByItself = ReferencePool.Open(reference);
        PoolComparison.AssertSameBlocks(recoveredByUs, recoveredByItself);
    }

    [ReferenceTheory]
    [MemberData(nameof(Names))]
    public void Our_recovery_leaves_the_bytes_that_the_recovery_of_the_reference_leaves(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        string ours = GoldenPool.Named(name).Extract(directory);
        string reference = directory.File("reference");
        File.Copy(ours, reference);

        BlockPool.Open(ours).Dispose();
        ReferencePool.Open(reference).Dispose();

        PoolImage.AssertSame(PoolImage.Comparable(ours), PoolImage.Comparable(reference), name);
    }

    [ReferenceTheory]
    [MemberData(nameof(Names))]
    public void After_our_recovery_the_tool_says_what_it_said_before(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        GoldenPool golden = GoldenPool.Named(name);
        string path = golden.Extract(directory);

        BlockPool.Open(path).Dispose();

        PmempoolResult check = Pmempool.Check(path);
        Assert.Equal(name != WithoutInfoCopy, golden.PmempoolCheckPasses);
        Assert.True(golden.PmempoolCheckPasses == (check.ExitCode == 0), check.ToString());
    }

    // A recovery that only looks right would be found out by the next writes, which use the recovered free blocks.
    [ReferenceTheory]
    [MemberData(nameof(Names))]
    public void After_our_recovery_both_sides_go_on_writing(string name)
    {
        const int Seed = 61;
        using var directory = TempDirectory.CreateInMemory();
        string path = GoldenPool.Named(name).Extract(directory);
        BlockPool.Open(path).Dispose();

        using (ReferencePool reference = ReferencePool.Open(path))
        {
            Write(reference, Seed);
        }

        using (var ours = new OurPool(BlockPool.Open(path)))
        {
            Write(ours, Seed + 1);
        }

        PmempoolResult check = Pmempool.Check(path);
        Assert.True((check.ExitCode == 0) == (name != WithoutInfoCopy), $"seed {Seed}: {check}");
    }

    // Writes only, and each is read back: what the image held before is not known to the model.
    private static void Write(IBlocks pool, int seed)
    {
        var model = new BlockModel(seed);
        model.Apply(
            pool,
            OperationSequence.Inside(seed, 200, pool.BlockCount).Where(o => o.Kind == BlockOperationKind.Write));
        model.AssertTouchedHeldBy(pool);
    }
}
