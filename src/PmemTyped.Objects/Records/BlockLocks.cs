using System.Numerics;

namespace PmemTyped.Objects.Records;

/// <summary>
/// Locks for changes that read a block before they write it. A lock covers 64 neighbouring blocks, the piece that a migration
/// takes at a time. Who takes several takes them by rising number, so nobody waits in a circle.
/// </summary>
internal sealed class BlockLocks
{
    /// <summary>Blocks that a piece has; also what fits into one group of writes.</summary>
    internal const int PieceBlocks = 64;

    private const int Count = 64;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, Count).Select(_ => new Lock())];

    /// <summary>The lock of a block.</summary>
    internal Lock Of(long block) => _locks[NumberOf(block)];

    /// <summary>Takes the locks of several blocks.</summary>
    /// <returns>What <see cref="Exit"/> wants.</returns>
    internal ulong Enter(ReadOnlySpan<long> blocks)
    {
        ulong taken = 0;
        foreach (long block in blocks)
        {
            taken |= 1UL << NumberOf(block);
        }

        for (ulong left = taken; left != 0; left &= left - 1)
        {
            _locks[BitOperations.TrailingZeroCount(left)].Enter();
        }

        return taken;
    }

    internal void Exit(ulong taken)
    {
        for (; taken != 0; taken &= taken - 1)
        {
            _locks[BitOperations.TrailingZeroCount(taken)].Exit();
        }
    }

    // A block that does not exist has one too; the pool refuses it.
    private static int NumberOf(long block) => (int)((ulong)block / PieceBlocks % Count);
}
