using System.Runtime.InteropServices;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Reads and writes blocks so that each is old or new after a crash, never a mixture (block pool format, section 10).
/// The crash argument is in <see cref="BttOrdering"/>. Threads: every operation may run concurrently.
/// </summary>
internal sealed partial class BlockTranslationTable<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly BttIdentity _identity;
    private readonly BttArenas<TMedium> _arenas;
    private readonly LanePool _lanes;
    private readonly BlockWriter<TMedium> _writer;

    // Null where no slots are left for groups; the last one also where waves are too short to share.
    private readonly GroupWrites<TMedium>? _groupWrites;
    private readonly GroupWriter<TMedium>? _groupWriter;
    private readonly SharedWrites<TMedium>? _sharedWrites;

    // Not readonly even where it never changes: the compiler cannot know that TMedium is a readonly struct and would copy
    // it before every call (benchmark 'compare blocks'). Growth changes it here; who asks it without a lane meets the old
    // one, the new one, or parts of both, which begin at the same byte.
    private TMedium _medium;

    private BlockTranslationTable(
        TMedium medium, BttIdentity identity, BttArenas<TMedium> arenas, LanePool lanes, WriteGroupPool groups, FlogEntryOrder order)
    {
        _medium = medium;
        _identity = identity;
        _arenas = arenas;
        _lanes = lanes;
        var unfinished = new UnfinishedWrite(identity.Path);
        _writer = new BlockWriter<TMedium>(medium, lanes, order, unfinished);
        if (groups.Count > 0)
        {
            _groupWriter = new GroupWriter<TMedium>(medium, lanes, order, unfinished);
            _groupWrites = new GroupWrites<TMedium>(arenas, lanes, groups, _groupWriter);
            _sharedWrites = WaitsForStorage && lanes.Count >= SharedWrites<TMedium>.MinLanes
                ? new SharedWrites<TMedium>(lanes, groups, _groupWriter)
                : null;
        }
    }

    /// <summary>Gets the number of blocks.</summary>
    internal long Blocks => _arenas.Blocks;

    /// <summary>Gets a value indicating whether a write waits for storage, not only for memory.</summary>
    internal bool WaitsForStorage => _medium.Granularity == StoreGranularity.Page;

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
    /// <param name="order">Order of the two halves of a flog entry, null for the one that fits medium and CPU.</param>
    /// <param name="beforeFirstStore">Called once nothing forbids opening any more.</param>
    internal static BlockTranslationTable<TMedium> Open(
        TMedium medium, BttIdentity identity, int? lanes, FlogEntryOrder? order, Action beforeFirstStore)
    {
        BttLayout? layout = BttLayoutReader<TMedium>.Read(
            medium, identity.Pool, identity.BlockBytes, identity.IsZeroed, out PoolFinding? finding);
        if (layout is null)
        {
            finding!.Throw(identity.Path);
        }

        int slots = layout.Arenas.Min(a => a.Lanes);
        var pool = new LanePool(lanes ?? LanePool.DefaultCount(slots));
        var groups = new WriteGroupPool(pool.Count, slots);
        order ??= FlogEntryOrders.Of(medium.Granularity, RuntimeInformation.ProcessArchitecture);
        var arenas = BttArenas<TMedium>.Open(medium, identity, layout, beforeFirstStore);
        return new BlockTranslationTable<TMedium>(medium, identity, arenas, pool, groups, order.Value);
    }

    /// <summary>Writes a whole block. Persisted on return.</summary>
    internal void Write(long lba, ReadOnlySpan<byte> source)
    {
        ThrowIfReadOnly("write a block of");
        ThrowIfLeased("write a block of");
        if (_sharedWrites is null)
        {
            WriteAlone(lba, source);
        }
        else if (_sharedWrites.TryBeginTurn())
        {
            try
            {
                WriteAlone(lba, source);
            }
            finally
            {
                _sharedWrites.EndTurn(written: 1);
            }
        }
        else
        {
            WriteShared(_sharedWrites, lba, source);
        }
    }

    /// <summary>
    /// Writes whole blocks, each atomic by itself, up to <see cref="WriteGroup.MaxSlots"/> of them in the same flush
    /// waves; of equal blocks the last one counts. Persisted on return. Nothing is stored unless all blocks exist.
    /// </summary>
    internal void WriteMany<TContents>(ReadOnlySpan<long> blocks, TContents contents)
        where TContents : IBlockContents, allows ref struct
    {
        ThrowIfReadOnly("write blocks of");
        ThrowIfLeased("write blocks of");
        _medium.ThrowIfFaulted();
        foreach (long block in blocks)
        {
            _arenas.Check(block);
        }

        if (_groupWrites is not null && !blocks.IsEmpty)
        {
            _groupWrites.Write(blocks, contents);
            return;
        }

        for (int i = 0; i < blocks.Length; i++)
        {
            WriteAlone(blocks[i], contents[i]);
        }
    }

    /// <summary>Hints that a block will be read or written at once.</summary>
    internal void Prefetch(long lba)
    {
        int arena = _arenas.Find(lba, out uint index);
        if (arena >= 0)
        {
            _medium.Prefetch(_arenas.MapEntryOffset(arena, index));
        }
    }

    /// <summary>Hints that blocks will be read in order.</summary>
    internal void Preload(long lba, long count) => _arenas.Preload(lba, count);

    /// <summary>Sets a block to the zero state; a block of a pool without layout is zero already. Persisted on return.</summary>
    internal void SetZero(long lba)
    {
        ThrowIfReadOnly("set to zero a block of");
        ThrowIfLeased("set to zero a block of");
        int lane = Enter(lba, isRead: false, out int number, out uint index);
        try
        {
            if (_arenas.Loaded is { } arenas)
            {
                _writer.SetState(arenas[number], index, BlockState.Zero);
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
        ThrowIfLeased("mark as bad a block of");
        int lane = Enter(lba, isRead: false, out int number, out uint index);
        try
        {
            _writer.SetState(_arenas.EnsureLayout()[number], index, BlockState.Error);
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    internal void ThrowIfFaulted() => _medium.ThrowIfFaulted();

    internal void Check(long lba) => _arenas.Check(lba);

    /// <summary>Refuses a thread that reads a block in place, and would wait for itself.</summary>
    /// <param name="operation">What is attempted, as a verb.</param>
    internal void ThrowIfLeased(string operation) => _lanes.Leases.ThrowIfHeld(operation, _identity.Path);

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
    internal void Close(Action whenQuiet)
    {
        ThrowIfLeased("close");
        _ = WithoutSharing(() =>
        {
            _lanes.Close(whenQuiet);
            return true;
        });
    }

    /// <summary>Runs an action while no operation is under way.</summary>
    internal TResult WhileQuiet<TResult>(Func<TResult> action)
    {
        ThrowIfLeased("wait for the operations on");
        return WithoutSharing(() => _lanes.WhileQuiet(() =>
        {
            _medium.ThrowIfFaulted();
            return action();
        }));
    }

    private TResult WithoutSharing<TResult>(Func<TResult> action)
    {
        _sharedWrites?.BeginQuiet();
        try
        {
            return action();
        }
        finally
        {
            _sharedWrites?.EndQuiet();
        }
    }

    private void WriteAlone(long lba, ReadOnlySpan<byte> source)
    {
        int lane = Enter(lba, isRead: false, out int number, out uint index);
        try
        {
            BttArena arena = _arenas.EnsureLayout()[number];
            arena.ThrowIfErrored();
            _writer.Write(arena, lane, index, source);
        }
        finally
        {
            _lanes.Exit(lane);
        }
    }

    private void WriteShared(SharedWrites<TMedium> shared, long lba, ReadOnlySpan<byte> source)
    {
        _arenas.Check(lba);
        if (_arenas.Loaded is { } arenas)
        {
            BttArena arena = arenas[_arenas.Find(lba, out uint index)];
            arena.ThrowIfErrored();
            shared.Write(arena, index, source);
        }
        else
        {
            WriteAlone(lba, source);
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
}
