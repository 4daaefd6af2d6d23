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

    internal static BlockScenario Named(string name) => name switch
    {
        nameof(FirstWrite) => FirstWrite,
        nameof(Writes) => Writes,
        nameof(States) => States,
        nameof(AfterRecovery) => AfterRecovery,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
