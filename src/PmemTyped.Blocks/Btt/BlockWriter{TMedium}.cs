using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Writes one block in three flush waves: content, flog entry, map entry (block pool format, section 10.3); or its state,
/// in one (section 10.4). The crash argument is in <see cref="BttOrdering"/>, the choice of the waves in Design 0011.
/// Threads: one for each flog slot.
/// </summary>
internal sealed class BlockWriter<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly LanePool _lanes;
    private readonly FlogEntryOrder _order;
    private readonly UnfinishedWrite _unfinished;

    // Not readonly for the reason given at BlockTranslationTable.
    private TMedium _medium;

    internal BlockWriter(TMedium medium, LanePool lanes, FlogEntryOrder order, UnfinishedWrite unfinished)
    {
        _medium = medium;
        _lanes = lanes;
        _order = order;
        _unfinished = unfinished;
    }

    /// <summary>Goes on in a larger medium, while nobody holds a lane.</summary>
    internal void MoveTo(TMedium larger) => _medium = larger;

    /// <summary>Writes a block through a flog slot. Persisted on return.</summary>
    internal void Write(BttArena arena, int slot, uint index, ReadOnlySpan<byte> source)
    {
        _unfinished.ThrowIfAny();
        ref FlogLane flog = ref arena.Lanes[slot];
        _medium.Prefetch(arena.Geometry.FlogEntryOffset(slot, flog.NextHalf));
        _lanes.WaitUntilUnread(flog.FreeBlock);
        uint written = flog.FreeBlock;
        try
        {
            flog.Advance(_order == FlogEntryOrder.ByLine
                ? WriteByLine(arena, slot, index, source)
                : WriteByDrain(arena, slot, index, source));
        }
        catch (Exception e) when (e is not PmemCorruptionException)
        {
            // A damaged map entry was met before anything was logged.
            _unfinished.Note(e);
            throw;
        }

        // Last: who listens may throw.
        if (BlockMetrics.AreWritesWatched)
        {
            Count(arena, slot, index, written);
        }
    }

    /// <summary>Sets a block to the zero or the error state. Persisted on return.</summary>
    internal void SetState(BttArena arena, uint index, BlockState state)
    {
        arena.ThrowIfErrored();
        using MapLocks.Holder held = arena.MapLocks.Hold(index);
        long map = arena.Geometry.MapEntryOffset(index);
        var stored = new BttMapEntry(_medium.Load32(map));
        if (stored.State == BlockState.Zero && state == BlockState.Zero)
        {
            return;
        }

        BttMapEntry old = stored.Normalized(index);
        arena.CheckMapped(index, old);
        _medium.Store32(map, old.WithState(state).Value);

        // P5: crash before here: the old state stands, or the new one, which is a single store.
        _medium.Persist(map, sizeof(uint), BttOrdering.P5);
    }

    private BttMapEntry WriteByLine(BttArena arena, int slot, uint index, ReadOnlySpan<byte> source)
    {
        ref readonly FlogLane flog = ref arena.Lanes[slot];
        _medium.StoreFlushed(arena.Geometry.BlockOffset(flog.FreeBlock), source, BttOrdering.P1);

        // P1: crash before here: the map still names the old block; torn bytes sit in a free block.
        _medium.Drain(BttOrdering.P1);
        long entry = arena.Geometry.FlogEntryOffset(slot, flog.NextHalf);
        using MapLocks.Holder held = arena.MapLocks.Hold(index);
        BttMapEntry old = LoadReplaced(arena, index);
        _medium.Store64(entry + BttFlogLayout.LogOffset, BttFlogLayout.Log(index, old));
        _medium.Store64(entry + BttFlogLayout.ActivationOffset, flog.Activation);

        // P3: crash before here: old contents, unless both stores of the line arrived; then recovery completes it.
        _medium.Persist(entry, BttFlogLayout.SizeBytes, BttOrdering.P3);
        StoreMap(arena, index, flog.Written);
        return old;
    }

    private BttMapEntry WriteByDrain(BttArena arena, int slot, uint index, ReadOnlySpan<byte> source)
    {
        ref readonly FlogLane flog = ref arena.Lanes[slot];
        var wave = new FlushWave<TMedium>(_medium);
        wave.Store(arena.Geometry.BlockOffset(flog.FreeBlock), source, BttOrdering.P1);
        long entry = arena.Geometry.FlogEntryOffset(slot, flog.NextHalf);
        using MapLocks.Holder held = arena.MapLocks.Hold(index);
        BttMapEntry old = LoadReplaced(arena, index);
        _medium.Store64(entry + BttFlogLayout.LogOffset, BttFlogLayout.Log(index, old));
        wave.Flush(entry + BttFlogLayout.LogOffset, sizeof(ulong), BttOrdering.P2);

        // P1: crash before here: the entry is not active, its sequence is older; torn bytes sit in a free block.
        wave.Drain(BttOrdering.P1);
        _medium.Store64(entry + BttFlogLayout.ActivationOffset, flog.Activation);

        // P3: crash before here: old contents, unless the activation arrived by itself; then recovery completes it.
        _medium.Persist(entry + BttFlogLayout.ActivationOffset, sizeof(ulong), BttOrdering.P3);
        StoreMap(arena, index, flog.Written);
        return old;
    }

    private BttMapEntry LoadReplaced(BttArena arena, uint index)
    {
        var old = new BttMapEntry(_medium.Load32(arena.Geometry.MapEntryOffset(index)));
        old = old.Normalized(index);
        arena.CheckMapped(index, old);

        // This is where the slot's next write goes; its address is translated while this write waits for its fences.
        _medium.Prefetch(arena.Geometry.BlockOffset(old.Block));
        return old;
    }

    private void Count(BttArena arena, int slot, uint index, uint written)
    {
        ArenaGeometry geometry = arena.Geometry;
        BlockMetrics.Written(
            [geometry.BlockOffset(written)],
            geometry.BlockBytes,
            [geometry.FlogEntryOffset(slot, 1 - arena.Lanes[slot].NextHalf)],
            [geometry.MapEntryOffset(index)],
            _medium.Granularity,
            _order);
    }

    private void StoreMap(BttArena arena, uint index, BttMapEntry written)
    {
        long map = arena.Geometry.MapEntryOffset(index);
        _medium.Store32(map, written.Value);

        // P4: crash before here: recovery finds the active flog entry and stores the same map entry.
        _medium.Persist(map, sizeof(uint), BttOrdering.P4);
    }
}
