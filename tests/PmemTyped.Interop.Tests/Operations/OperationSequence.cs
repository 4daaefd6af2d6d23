namespace PmemTyped.Interop.Tests.Operations;

/// <summary>Seeded operations on a handful of blocks, so that every block is met in many states.</summary>
internal static class OperationSequence
{
    private const int HotBlocks = 40;

    /// <summary>Operations on blocks that exist.</summary>
    internal static IEnumerable<BlockOperation> Inside(int seed, int count, long blockCount) =>
        Generate(seed, count, blockCount, outsideInTen: 0);

    /// <summary>Operations of which one in ten goes to a block that does not exist.</summary>
    internal static IEnumerable<BlockOperation> InsideAndOutside(int seed, int count, long blockCount) =>
        Generate(seed, count, blockCount, outsideInTen: 1);

    private static IEnumerable<BlockOperation> Generate(int seed, int count, long blockCount, int outsideInTen)
    {
        var random = new Random(seed);
        long[] hot =
        [
            0,
            blockCount - 1,
            .. Enumerable.Range(0, HotBlocks).Select(_ => random.NextInt64(blockCount)),
        ];
        long[] outside = [-1, blockCount, long.MinValue, long.MaxValue, blockCount + 1];
        for (int i = 0; i < count; i++)
        {
            long block = random.Next(10) < outsideInTen
                ? outside[random.Next(outside.Length)]
                : hot[random.Next(hot.Length)];
            BlockOperationKind kind = random.Next(10) switch
            {
                < 5 => BlockOperationKind.Write,
                < 7 => BlockOperationKind.Read,
                7 or 8 => BlockOperationKind.SetZero,
                _ => BlockOperationKind.SetError,
            };
            yield return new BlockOperation(kind, block, (seed * 10_000) + i);
        }
    }
}
