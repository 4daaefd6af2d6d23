using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Which internal blocks are being read, one slot per lane (block pool format, section 10.1). A writer waits until
/// nobody reads its free block. The slot is cleared on every way out of a read; the reference forgets that and can
/// livelock.
/// </summary>
internal sealed class ReadTrackingTable
{
    // The error state with block 0 can never be read, so it stands for "nothing".
    private const uint Idle = 0x4000_0000;

    // One slot per cache line: readers must not share lines.
    private const int Stride = 64 / sizeof(uint);

    private readonly uint[] _slots;
    private readonly int _lanes;

    internal ReadTrackingTable(int lanes)
    {
        _lanes = lanes;
        _slots = new uint[(lanes + 1) * Stride];
        Array.Fill(_slots, Idle);
    }

    /// <summary>Announces a read. The caller reloads the map entry afterwards: a full fence lies between.</summary>
    internal void Announce(int lane, BttMapEntry entry) =>
        _ = Interlocked.Exchange(ref _slots[(lane + 1) * Stride], entry.Value);

    /// <summary>Ends a read; its loads are done before.</summary>
    internal void Clear(int lane) => Volatile.Write(ref _slots[(lane + 1) * Stride], Idle);

    /// <summary>Waits until no lane reads the block.</summary>
    internal void WaitUntilUnread(uint block)
    {
        uint entry = BttMapEntry.Normal(block).Value;

        // The map entry that made the block free must be visible to readers before the slots are looked at.
        Interlocked.MemoryBarrier();
        for (int lane = 1; lane <= _lanes; lane++)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _slots[lane * Stride]) == entry)
            {
                spin.SpinOnce();
            }
        }
    }
}
