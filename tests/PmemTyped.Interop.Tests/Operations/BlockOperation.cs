namespace PmemTyped.Interop.Tests.Operations;

/// <summary>What is done to a block.</summary>
internal enum BlockOperationKind
{
    Read = 1,
    Write = 2,
    SetZero = 3,
    SetError = 4,
}

/// <summary>One step of a sequence.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Block">To which block; it need not exist.</param>
/// <param name="Stamp">Decides the bytes that a write stores.</param>
internal readonly record struct BlockOperation(BlockOperationKind Kind, long Block, int Stamp)
{
    /// <summary>The bytes that the write stores: different for every block and stamp.</summary>
    internal byte[] Content(int blockSize)
    {
        byte[] content = new byte[blockSize];
        new Random(HashCode(Block, Stamp)).NextBytes(content);
        return content;
    }

    // System.HashCode takes another seed in every process; failures must be repeatable.
    private static int HashCode(long block, int stamp) => unchecked((int)((block * 0x9E3779B1) ^ (stamp * 0x85EBCA77)));
}
