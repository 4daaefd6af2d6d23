using System.Diagnostics.CodeAnalysis;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Reads and writes blocks so that each is old or new after a crash, never a mixture (block pool format, section 10).
/// The crash argument is in <see cref="BttOrdering"/>. Threads: every operation may run concurrently.
/// </summary>
internal sealed class BlockTranslationTable<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly BttIdentity _identity;
    private readonly BttArenas<TMedium> _arenas;
    private readonly LanePool _lanes;

    // Not readonly although it never changes: the compiler cannot know that TMedium is a readonly struct and would copy
    // it before every call (benchmark 'compare blocks').
    private TMedium _medium;

    private BlockTranslationTable(TMedium medium, BttIdentity identity, BttArenas<TMedium> arenas, LanePool lanes)
    {
        _medium = medium;
        _identity = identity;
        _arenas = arenas;
        _lanes = lanes;
    }

    /// <summary>Gets the number of blocks.</summary>
    internal long Blocks => _arenas.Blocks;

    internal int BlockBytes => _identity.BlockBytes;

    /// <summary>Gets a value indicating whether the arenas are on the medium.</summary>
    internal bool IsLaidOut => _arenas.Loaded is not null;

    /// <summary>
    /// Opens the table: first everything is judged without writing, then <paramref name="beforeFirstStore"/> runs,
    /// then interrupted writes are completed.
    /// </summary>
    /// <param name="medium">The pool.</param>
    /// <param name="identity">What header and descriptor say.</param>
    /// <param name="lanes">Number of lanes, null for the default.</param>
    /// <param name="beforeFirstStore">Called once nothing forbids opening any more.</param>
    internal static BlockTranslationTable<TMedium> Open(
        TMedium medium, BttIdentity identity, int? lanes, Action beforeFirstStore)
    {
        BttLayout? layout = BttLayoutReader<TMedium>.Read(
            medium, identity.Pool, identity.BlockBytes, identity.IsZeroed, out PoolFinding? finding);
        if (layout is null)
        {
            finding!.Throw(identity.Path);
        }

        var pool = new LanePool(lanes ?? LanePool.DefaultCount(layout.Arenas.Min(a => a.Lanes)));
        var arenas = BttArenas<TMedium>.Open(medium, identity, layout, beforeFirstStore);
        return new BlockTranslationTable<TMedium>(medium, identity, arenas, pool);
    }

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
                CheckMapped(arena, index, entry);
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

    /// <summary>Writes a whole block. Persisted on return.</summary>
    internal void Write(long lba, ReadOnlySpan<byte> source)
    {
        ThrowIfReadOnly("write a block of");
        int lane = Enter(lba, isRead: false, out int number, out uint index);
        try
        {
            BttArena arena = _arenas.EnsureLayout()[number];
            ThrowIfErrored(arena);
            ref FlogLane flog = ref arena.Lanes[lane];
            _medium.Prefetch(arena.Geometry.FlogEntryOffset(lane, flog.NextHalf));
            _lanes.WaitUntilUnread(flog.FreeBlock);
            _medium.StoreFlushed(arena.Geometry.BlockOffset(flog.FreeBlock), source, BttOrdering.P1);

            // P1: crash before here: the map still names the old block; torn bytes sit in a free block.
            _medium.Drain(BttOrdering.P1);
            BttMapEntry replaced;
            lock (arena.MapLock(index))
            {
                replaced = Publish(arena, lane, index, in flog);
            }

            flog.Advance(replaced);
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    /// <summary>Sets a block to the zero state; a block of a pool without layout is zero already. Persisted on return.</summary>
    internal void SetZero(long lba)
    {
        ThrowIfReadOnly("set to zero a block of");
        int lane = Enter(lba, isRead: false, out int number, out uint index);
        try
        {
            if (_arenas.Loaded is { } arenas)
            {
                SetState(arenas[number], index, BlockState.Zero);
            }
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    /// <summary>Sets a block to the error state. Persisted on return.</summary>
    internal void SetError(long lba)
    {
        ThrowIfReadOnly("mark as bad a block of");
        int lane = Enter(lba, isRead: false, out int number, out uint index);
        try
        {
            SetState(_arenas.EnsureLayout()[number], index, BlockState.Error);
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    /// <summary>Refuses a pool that may only be read.</summary>
    /// <param name="operation">What is attempted, as a verb.</param>
    internal void ThrowIfReadOnly(string operation)
    {
        if (_identity.IsReadOnly)
        {
            throw new NotSupportedException(
                $"Cannot {operation} '{_identity.Path}': {_identity.ReadOnlyBecause}");
        }
    }

    /// <summary>Waits for operations under way and refuses later ones, then runs an action; once only.</summary>
    internal void Close(Action whenQuiet) => _lanes.Close(whenQuiet);

    /// <summary>Runs an action while no operation is under way.</summary>
    internal TResult WhileQuiet<TResult>(Func<TResult> action) => _lanes.WhileQuiet(() =>
    {
        _medium.ThrowIfFaulted();
        return action();
    });

    private BttMapEntry Publish(BttArena arena, int lane, uint index, ref readonly FlogLane flog)
    {
        BttMapEntry old = LoadMap(arena, index).Normalized(index);
        CheckMapped(arena, index, old);

        // This is where the lane's next write goes; its address is translated while this write waits for its fences.
        _medium.Prefetch(arena.Geometry.BlockOffset(old.Block));
        BttMapEntry written = BttMapEntry.Normal(flog.FreeBlock);
        long entry = arena.Geometry.FlogEntryOffset(lane, flog.NextHalf);
        _medium.Store64(entry + BttFlogLayout.LogOffset, BttFlogLayout.Log(index, old));

        // P2: crash before here: the entry is not active, its sequence is still the older one.
        _medium.Persist(entry + BttFlogLayout.LogOffset, sizeof(ulong), BttOrdering.P2);
        _medium.Store64(
            entry + BttFlogLayout.ActivationOffset,
            BttFlogLayout.Activation(written, BttFlogLayout.NextSequence(flog.Sequence)));

        // P3: crash before here: old contents, unless the activation arrived by itself; then recovery completes it.
        _medium.Persist(entry + BttFlogLayout.ActivationOffset, sizeof(ulong), BttOrdering.P3);
        long map = arena.Geometry.MapEntryOffset(index);
        _medium.Store32(map, written.Value);

        // P4: crash before here: recovery finds the active flog entry and stores the same map entry.
        _medium.Persist(map, sizeof(uint), BttOrdering.P4);
        return old;
    }

    private void SetState(BttArena arena, uint index, BlockState state)
    {
        ThrowIfErrored(arena);
        lock (arena.MapLock(index))
        {
            BttMapEntry stored = LoadMap(arena, index);
            if (stored.State == BlockState.Zero && state == BlockState.Zero)
            {
                return;
            }

            BttMapEntry old = stored.Normalized(index);
            CheckMapped(arena, index, old);
            long map = arena.Geometry.MapEntryOffset(index);
            _medium.Store32(map, old.WithState(state).Value);

            // P5: crash before here: the old state stands, or the new one, which is a single store.
            _medium.Persist(map, sizeof(uint), BttOrdering.P5);
        }
    }

    // Takes a lane for an operation on a block. The map entry is asked for first: it arrives while the lane is taken
    // and, in a write, while the data is on its way.
    private int Enter(long lba, bool isRead, out int arena, out uint index)
    {
        arena = _arenas.Find(lba, out index);
        if (arena >= 0)
        {
            _medium.Prefetch(_arenas.MapEntryOffset(arena, index));
        }
        else if (lba < 0)
        {
            // Before a lane is taken, as the reference does; a number that is too large takes one.
            _arenas.ThrowOutside(lba);
        }

        _medium.ThrowIfFaulted();
        int lane = isRead ? _lanes.EnterReading() : _lanes.Enter();
        if (arena < 0)
        {
            _lanes.Exit(lane);
            _arenas.ThrowOutside(lba);
        }

        return lane;
    }

    private BttMapEntry LoadMap(BttArena arena, uint index) =>
        new(_medium.Load32(arena.Geometry.MapEntryOffset(index)));

    private void CheckMapped(BttArena arena, uint index, BttMapEntry entry)
    {
        if (entry.Block >= arena.Geometry.InternalBlocks)
        {
            ThrowUnmapped(arena, index, entry);
        }
    }

    private void ThrowIfErrored(BttArena arena) => arena.ReadOnlyBecause?.Throw(_identity.Path);

    [DoesNotReturn]
    private void ThrowUnmapped(BttArena arena, uint index, BttMapEntry entry) => new PoolFinding(
        PoolFindingKind.Corruption,
        FormattableString.Invariant($"arena {arena.Geometry.Index} map entry {index}"),
        arena.Geometry.MapEntryOffset(index),
        FormattableString.Invariant($"an internal block below {arena.Geometry.InternalBlocks}"),
        FormattableString.Invariant($"{entry.Block}"),
        BttInfoValidator.RepairHint).Throw(_identity.Path);
}
