using PmemTyped.Blocks.Btt;

namespace PmemTyped.Crash.Tests;

/// <summary>The block scenarios; one lane, so that consecutive operations share a flog slot.</summary>
internal static class BlockScenarios
{
    private static readonly Dictionary<long, BlockOperation> s_nothing = [];

    private static readonly Dictionary<long, BlockOperation> s_written = new()
    {
        [3] = BlockOperation.Write(3, 0),
        [7] = BlockOperation.Write(7, 0),
    };

    private static readonly Dictionary<long, BlockOperation> s_interrupted = new()
    {
        [3] = BlockOperation.Write(3, 1),
        [7] = BlockOperation.Write(7, 0),
    };

    /// <summary>The first writes of a new pool, which write the layout.</summary>
    internal static BlockScenario FirstWrite => new(
        PoolImages.Unwritten, s_nothing, BlockOperation.Write(3, 0), BlockOperation.Write(9, 0));

    /// <summary>Overwrites and writes of a block that was never written, several through the same lane.</summary>
    internal static BlockScenario Writes => new(
        PoolImages.Written,
        s_written,
        BlockOperation.Write(3, 1),
        BlockOperation.Write(9, 0),
        BlockOperation.Write(3, 2));

    /// <summary>Changes of state, and writes over blocks in these states.</summary>
    internal static BlockScenario States => new(
        PoolImages.Written,
        s_written,
        BlockOperation.Zero(3),
        BlockOperation.Error(7),
        BlockOperation.Write(3, 1),
        BlockOperation.Write(7, 1),
        BlockOperation.Error(9),
        BlockOperation.Zero(9));

    /// <summary>Writes after an open that had to complete an interrupted write.</summary>
    internal static BlockScenario AfterRecovery => new(
        PoolImages.Interrupted,
        s_interrupted,
        BlockOperation.Write(9, 0),
        BlockOperation.Write(7, 1));

    /// <summary>As <see cref="FirstWrite"/>, with flog entries ordered by their cache line.</summary>
    internal static BlockScenario FirstWriteByLine => new(
        PoolImages.Unwritten, s_nothing, BlockOperation.Write(3, 0), BlockOperation.Write(9, 0))
    {
        Order = FlogEntryOrder.ByLine,
    };

    /// <summary>As <see cref="Writes"/>, with flog entries ordered by their cache line.</summary>
    internal static BlockScenario WritesByLine => new(
        PoolImages.Written,
        s_written,
        BlockOperation.Write(3, 1),
        BlockOperation.Write(9, 0),
        BlockOperation.Write(3, 2),
        BlockOperation.Error(7),
        BlockOperation.Write(7, 1))
    {
        Order = FlogEntryOrder.ByLine,
    };

    /// <summary>Groups of writes through the same slots: overwrites, new blocks, one block twice.</summary>
    internal static GroupScenario Groups => new(PoolImages.Written, [3, 9, 7], [9, 3, 11, 3]);

    /// <summary>As <see cref="Groups"/>, with flog entries ordered by their cache line.</summary>
    internal static GroupScenario GroupsByLine => new(PoolImages.Written, [3, 9, 7], [9, 3, 11, 3])
    {
        Order = FlogEntryOrder.ByLine,
    };

    /// <summary>A first group, which writes the layout.</summary>
    internal static GroupScenario FirstGroup => new(PoolImages.Unwritten, [3, 9], [9, 3]);

    /// <summary>More blocks than fit into one group.</summary>
    internal static GroupScenario LargeGroup => new(PoolImages.Written, [.. Enumerable.Range(0, 70)]);

    internal static ICrashScenario Named(string name) => name switch
    {
        nameof(FirstWrite) => FirstWrite,
        nameof(FirstWriteByLine) => FirstWriteByLine,
        nameof(WritesByLine) => WritesByLine,
        nameof(Groups) => Groups,
        nameof(GroupsByLine) => GroupsByLine,
        nameof(FirstGroup) => FirstGroup,
        nameof(LargeGroup) => LargeGroup,
        nameof(Writes) => Writes,
        nameof(States) => States,
        nameof(AfterRecovery) => AfterRecovery,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
