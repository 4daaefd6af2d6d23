using System.Numerics;

namespace PmemTyped.Objects.Transactions;

/// <summary>What a transaction has done with an object.</summary>
internal enum TargetState
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its old bytes are in the log.</summary>
    Updated = 1,

    /// <summary>It was made by the transaction.</summary>
    New = 2,

    /// <summary>It was freed by the transaction.</summary>
    Freed = 3,
}

/// <summary>
/// The objects of a transaction, by offset, so that each is logged once. An open-addressing table that is emptied by
/// counting up; it is never more than half full, because every object has an entry in the log, which is bounded.
/// </summary>
internal sealed class LoggedTargets
{
    private const int OffsetBits = 48;
    private const int StateBits = 2;
    private const ulong OffsetMask = (1UL << OffsetBits) - 1;
    private const ulong StateMask = (1UL << StateBits) - 1;
    private const ulong LastRound = (1UL << (64 - OffsetBits - StateBits)) - 1;

    private readonly ulong[] _cells;
    private readonly int _shift;
    private ulong _round = 1;

    internal LoggedTargets(int maxTargets)
    {
        _cells = new ulong[BitOperations.RoundUpToPowerOf2((uint)maxTargets * 2)];
        _shift = 64 - BitOperations.Log2((uint)_cells.Length);
    }

    internal TargetState this[long offset]
    {
        get => (TargetState)(_cells[CellOf(offset)] is var cell && IsCurrent(cell) ? cell >> OffsetBits & StateMask : 0);
        set => _cells[CellOf(offset)] =
            (ulong)offset | ((ulong)value << OffsetBits) | (_round << (OffsetBits + StateBits));
    }

    internal void Clear()
    {
        if (_round++ == LastRound)
        {
            Array.Clear(_cells);
            _round = 1;
        }
    }

    // The cell of the offset, or the one where it would be put.
    private int CellOf(long offset)
    {
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        int index = (int)((ulong)offset * Multiplier >> _shift);
        while (IsCurrent(_cells[index]) && (_cells[index] & OffsetMask) != (ulong)offset)
        {
            index = (index + 1) & (_cells.Length - 1);
        }

        return index;
    }

    private bool IsCurrent(ulong cell) => cell >> (OffsetBits + StateBits) == _round;
}
