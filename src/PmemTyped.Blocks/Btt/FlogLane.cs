using System.Runtime.InteropServices;
using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// What a lane knows of its flog slot, in memory only. Padded to a cache line, because neighbouring lanes are used by
/// different threads. Touched only by the holder of the lane.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct FlogLane
{
    /// <summary>The block that the next write of this lane goes to.</summary>
    internal uint FreeBlock;

    /// <summary>Sequence of the lane's last write.</summary>
    internal uint Sequence;

    /// <summary>The half of the slot that is written next.</summary>
    internal int NextHalf;

    /// <summary>Gets the map entry of a block that is written through the slot now.</summary>
    internal readonly BttMapEntry Written => BttMapEntry.Normal(FreeBlock);

    /// <summary>Gets the second half of the flog entry that is written next.</summary>
    internal readonly ulong Activation => BttFlogLayout.Activation(Written, BttFlogLayout.NextSequence(Sequence));

    /// <summary>Notes a completed write: the replaced block is free now, the other half is written next.</summary>
    internal void Advance(BttMapEntry replaced)
    {
        FreeBlock = replaced.Block;
        Sequence = BttFlogLayout.NextSequence(Sequence);
        NextHalf = 1 - NextHalf;
    }
}
