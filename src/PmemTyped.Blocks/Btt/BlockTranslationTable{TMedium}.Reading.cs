using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <content>Everything that only looks at blocks: a copy, a place, a state.</content>
internal sealed partial class BlockTranslationTable<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Reads the first bytes of a block. The lane keeps the memory mapped and the block from being reused.</summary>
    internal BlockState Read(long lba, Span<byte> destination)
    {
        if (_lanes.Leases.IsHeldHere)
        {
            return ReadBesideLease(lba, destination);
        }

        int lane = Enter(lba, isRead: true, out int number, out uint index);
        try
        {
            if (_arenas.Loaded is not { } arenas)
            {
                destination.Clear();
                return BlockState.Initial;
            }

            BttArena arena = arenas[number];
            BttMapEntry entry = LoadMap(arena, index);
            if (entry.State == BlockState.Normal)
            {
                arena.CheckMapped(index, entry);
                _lanes.Announce(lane, entry);
                _medium.Load(arena.Geometry.BlockOffset(entry.Block), destination);
                return BlockState.Normal;
            }

            destination.Clear();
            return entry.State;
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    /// <summary>
    /// Reads a block in place. The lease keeps its place once the lane is given back. A thread that holds a lease already
    /// takes no lane, here and in every other read: its lease keeps the pool open, and every lane may be held by a writer
    /// that waits for it.
    /// </summary>
    internal BlockLease Lease(long lba)
    {
        if (_lanes.Leases.IsHeldHere)
        {
            return LeaseBesideLease(lba, LeaseTable.Capacity);
        }

        int lane = Enter(lba, isRead: true, out int number, out uint index);
        try
        {
            return LeaseAt(number, index, LeaseTable.Capacity);
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    /// <summary>Gets the state of a block without reading it.</summary>
    internal BlockState GetState(long lba)
    {
        if (_lanes.Leases.IsHeldHere)
        {
            return ReadBesideLease(lba, []);
        }

        int lane = Enter(lba, isRead: false, out int arena, out uint index);
        try
        {
            return _arenas.Loaded is { } arenas
                ? LoadMap(arenas[arena], index).State
                : BlockState.Initial;
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    private BlockState ReadBesideLease(long lba, Span<byte> destination)
    {
        using BlockLease lease = LeaseBesideLease(lba, LeaseTable.CapacityWithReads);
        destination.Clear();
        lease.Content[..Math.Min(lease.Content.Length, destination.Length)].CopyTo(destination);
        return lease.State;
    }

    private BlockLease LeaseBesideLease(long lba, int capacity)
    {
        _arenas.Check(lba);
        _lanes.ThrowIfClosed();
        _medium.ThrowIfFaulted();
        int number = _arenas.Find(lba, out uint index);
        return LeaseAt(number, index, capacity);
    }

    private BlockLease LeaseAt(int number, uint index, int capacity)
    {
        if (_arenas.Loaded is not { } arenas)
        {
            return default;
        }

        int slot = _lanes.Leases.Take(_identity.Path, capacity);
        try
        {
            BttArena arena = arenas[number];
            BttMapEntry entry = LoadMap(arena, index);
            if (entry.State != BlockState.Normal)
            {
                return new BlockLease(entry.State, default, null, 0);
            }

            arena.CheckMapped(index, entry);
            _lanes.Leases.Announce(slot, entry);
            ReadOnlySpan<byte> content = _medium.Window(arena.Geometry.BlockOffset(entry.Block), BlockBytes);
            var lease = new BlockLease(BlockState.Normal, content, _lanes.Leases, slot);
            slot = -1;
            return lease;
        }
        finally
        {
            if (slot >= 0)
            {
                _lanes.Leases.Return(slot);
            }
        }
    }

    private BttMapEntry LoadMap(BttArena arena, uint index) =>
        new(_medium.Load32(arena.Geometry.MapEntryOffset(index)));
}
