using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Writes the blocks of a <see cref="WriteGroup"/> in the same three flush waves that one block takes (Design 0011). The
/// crash argument is in <see cref="BttOrdering"/>.
/// </summary>
internal sealed class GroupWriter<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const int CacheLineBytes = 64;

    private readonly LanePool _lanes;
    private readonly FlogEntryOrder _order;
    private readonly bool _isPaged;
    private readonly UnfinishedWrite _unfinished;

    // Not readonly for the reason given at BlockTranslationTable.
    private TMedium _medium;

    internal GroupWriter(TMedium medium, LanePool lanes, FlogEntryOrder order, UnfinishedWrite unfinished)
    {
        _medium = medium;
        _lanes = lanes;
        _order = order;
        _unfinished = unfinished;
        _isPaged = medium.Granularity == StoreGranularity.Page;
    }

    internal void ThrowIfFaulted() => _medium.ThrowIfFaulted();

    /// <summary>Goes on in a larger medium, while nobody holds a lane.</summary>
    internal void MoveTo(TMedium larger) => _medium = larger;

    /// <summary>
    /// Stores the content of an entry into the free block of its slot. Where lines are flushed it is flushed too, for
    /// the drain of this thread. Any thread that holds a lane, or for which one is held.
    /// </summary>
    internal void StoreContent(WriteGroup group, int entry, BttArena arena, uint index, ReadOnlySpan<byte> source)
    {
        _unfinished.ThrowIfAny();
        int slot = group.FirstSlot + entry;
        ref readonly FlogLane flog = ref arena.Lanes[slot];
        ref WriteGroupEntry added = ref group.Entry(entry);
        added.Arena = arena;
        added.Index = index;
        added.Lock = WriteGroup.LockOf(arena, index);
        added.MapOffset = arena.Geometry.MapEntryOffset(index);
        added.FlogOffset = arena.Geometry.FlogEntryOffset(slot, flog.NextHalf);
        added.Activation = flog.Activation;
        added.Written = flog.Written;
        _medium.Prefetch(added.MapOffset);
        _medium.Prefetch(added.FlogOffset);
        _lanes.WaitUntilUnread(flog.FreeBlock);
        long content = arena.Geometry.BlockOffset(flog.FreeBlock);
        if (_isPaged)
        {
            _medium.Store(content, source);
        }
        else
        {
            _medium.StoreFlushed(content, source, BttOrdering.P11);
        }

        added.HasContent = true;
    }

    /// <summary>Makes all entries with content count. Persisted on return; an entry may fail alone.</summary>
    /// <exception cref="PmemFaultedException">A flush failed; each block of the group is old or new.</exception>
    internal void Publish(WriteGroup group)
    {
        group.LockMap();
        try
        {
            PublishLocked(group);

            // Last: who listens may throw.
            if (BlockMetrics.AreWritesWatched)
            {
                Count(group);
            }
        }
        finally
        {
            group.UnlockMap();
        }
    }

    private static ref FlogLane Flog(WriteGroup group, long entry) =>
        ref group.Entry(entry).Arena.Lanes[group.FirstSlot + (int)entry];

    private static PmemCorruptionException? DamageOf(in WriteGroupEntry entry)
    {
        try
        {
            entry.Arena.CheckMapped(entry.Index, entry.Replaced);
            return null;
        }
        catch (PmemCorruptionException damage)
        {
            return damage;
        }
    }

    // False where the map entry before names no block; then this entry fails, alone.
    private bool LoadReplaced(ref WriteGroupEntry entry)
    {
        entry.Replaced = new BttMapEntry(_medium.Load32(entry.MapOffset)).Normalized(entry.Index);
        if (!entry.Arena.IsMapped(entry.Replaced))
        {
            entry.Failure = DamageOf(entry);
            return false;
        }

        return true;
    }

    private void PublishLocked(WriteGroup group)
    {
        try
        {
            if (_order == FlogEntryOrder.ByLine)
            {
                LogByLine(group);
            }
            else
            {
                LogByDrain(group);
            }

            StoreMap(group);
        }
        catch (Exception e)
        {
            _unfinished.Note(e);
            throw;
        }

        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (entry.Failure is null)
            {
                Flog(group, live).Advance(entry.Replaced);
            }
        }
    }

    private void LogByLine(WriteGroup group)
    {
        // P11: crash before here: the map still names the old blocks; torn bytes sit in free blocks.
        _medium.Drain(BttOrdering.P11);
        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (LoadReplaced(ref entry))
            {
                _medium.Store64(entry.FlogOffset + BttFlogLayout.LogOffset, BttFlogLayout.Log(entry.Index, entry.Replaced));
                _medium.Store64(entry.FlogOffset + BttFlogLayout.ActivationOffset, entry.Activation);
            }
        }

        var wave = new FlushWave<TMedium>(_medium);
        FlushFlog(group, ref wave, BttOrdering.P13);

        // P13: crash before here: old contents, except where both stores of a line arrived; recovery completes these.
        wave.Drain(BttOrdering.P13);
    }

    private void LogByDrain(WriteGroup group)
    {
        var wave = new FlushWave<TMedium>(_medium);
        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (LoadReplaced(ref entry))
            {
                ArenaGeometry arena = entry.Arena.Geometry;
                wave.Cover(arena.BlockOffset(entry.Written.Block), arena.BlockBytes);
                _medium.Store64(entry.FlogOffset + BttFlogLayout.LogOffset, BttFlogLayout.Log(entry.Index, entry.Replaced));
            }
        }

        FlushFlog(group, ref wave, BttOrdering.P12);

        // P11: crash before here: no entry is active, the sequences are older; torn bytes sit in free blocks.
        wave.Drain(BttOrdering.P11);
        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (entry.Failure is null)
            {
                _medium.Store64(entry.FlogOffset + BttFlogLayout.ActivationOffset, entry.Activation);
            }
        }

        FlushFlog(group, ref wave, BttOrdering.P13);

        // P13: crash before here: old contents, except for blocks whose activation arrived; recovery completes these.
        wave.Drain(BttOrdering.P13);
    }

    // In each arena the slots of a group lie next to each other, and entries of one arena follow each other in order: one
    // flush for each arena, over the few lines between that nothing was stored to.
    private static void FlushFlog(WriteGroup group, ref FlushWave<TMedium> wave, OrderingPoint point)
    {
        BttArena? arena = null;
        long start = 0;
        long end = 0;
        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (entry.Failure is null)
            {
                if (!ReferenceEquals(arena, entry.Arena))
                {
                    wave.Flush(start, end - start, point);
                    arena = entry.Arena;
                    start = entry.FlogOffset;
                    end = start;
                }

                start = Math.Min(start, entry.FlogOffset);
                end = Math.Max(end, entry.FlogOffset + BttFlogLayout.SizeBytes);
            }
        }

        wave.Flush(start, end - start, point);
    }

    private void StoreMap(WriteGroup group)
    {
        // Entries of one line of the map follow each other, in any order; the line is flushed once, after the last of
        // them, from the first byte stored to the last.
        var wave = new FlushWave<TMedium>(_medium);
        long start = 0;
        long end = 0;
        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (entry.Failure is null)
            {
                if (end != 0 && entry.MapOffset / CacheLineBytes != start / CacheLineBytes)
                {
                    wave.Flush(start, end - start, BttOrdering.P14);
                    end = 0;
                }

                start = end == 0 ? entry.MapOffset : Math.Min(start, entry.MapOffset);
                end = Math.Max(end, entry.MapOffset + sizeof(uint));
                _medium.Store32(entry.MapOffset, entry.Written.Value);
            }
        }

        if (end != 0)
        {
            wave.Flush(start, end - start, BttOrdering.P14);
        }

        // P14: crash before here: recovery finds the active flog entries and stores the same map entries.
        wave.Drain(BttOrdering.P14);
    }

    private void Count(WriteGroup group)
    {
        int count = 0;
        Span<long> contents = stackalloc long[WriteGroup.MaxSlots];
        Span<long> flog = stackalloc long[WriteGroup.MaxSlots];
        Span<long> map = stackalloc long[WriteGroup.MaxSlots];
        int blockBytes = 0;
        foreach (long live in group.Live)
        {
            ref WriteGroupEntry entry = ref group.Entry(live);
            if (entry.Failure is null)
            {
                ArenaGeometry arena = entry.Arena.Geometry;
                blockBytes = arena.BlockBytes;
                contents[count] = arena.BlockOffset(entry.Written.Block);
                flog[count] = entry.FlogOffset;
                map[count++] = entry.MapOffset;
            }
        }

        if (count != 0)
        {
            BlockMetrics.Written(contents[..count], blockBytes, flog[..count], map[..count], _medium.Granularity, _order);
        }
    }
}
