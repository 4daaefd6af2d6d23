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

    /// <summary>Reads a block in place. The lease keeps its place once the lane is given back.</summary>
    internal BlockLease Lease(long lba)
    {
        int lane = Enter(lba, isRead: true, out int number, out uint index);
        int slot = -1;
        try
        {
            if (_arenas.Loaded is not { } arenas)
            {
                return default;
            }

            slot = _lanes.Leases.Take(_identity.Path);
            BttArena arena = arenas[number];
            BttMapEntry entry = LoadMap(arena, index);
            if (entry.State != BlockState.Normal)
            {
                return new BlockLease(entry.State, default, null, 0);
            }

            arena.CheckMapped(index, entry);
            _lanes.Leases.Announce(slot, entry);
            var lease = new BlockLease(
                BlockState.Normal, _medium.Window(arena.Geometry.BlockOffset(entry.Block), BlockBytes), _lanes.Leases, slot);
            slot = -1;
            return lease;
        }
        finally
        {
            if (slot >= 0)
            {
                _lanes.Leases.Return(slot);
            }

            _lanes.Exit(lane);
        }
    }

    /// <summary>Gets the state of a block without reading it.</summary>
    internal BlockState GetState(long lba)
    {
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

    private BttMapEntry LoadMap(BttArena arena, uint index) =>
        new(_medium.Load32(arena.Geometry.MapEntryOffset(index)));
}
