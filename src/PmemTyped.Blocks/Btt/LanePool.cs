using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Hands out lanes, and knows which internal block each lane is reading (block pool format, section 10.1). Lanes are
/// taken in turn, as the reference does, so that the same operations leave the same bytes; a busy lane is passed over.
/// Holding a lane keeps the pool open.
/// <para>
/// One word per lane says it all, so a read costs a single interlocked instruction. The reference uses a mutex and a
/// read tracking table instead, and reloads the map entry after announcing it. Here a reader first takes its lane as
/// <see cref="Reading"/>, which stands for "any block", and only then loads the map entry. A writer that is about to
/// store into a free block waits for lanes that read this block or any. Either the reader took its lane before the
/// writer looked, then the writer waits; or after, then the map entry that made the block free is already visible to
/// the reader. Taking a lane is a full fence on both sides, which this argument needs.
/// </para>
/// Threads: safe; more threads than lanes wait, first looking again a few times, then asleep.
/// </summary>
internal sealed class LanePool
{
    // These three are map entries in the error state, which no reader announces.
    private const uint Idle = 0x4000_0000;
    private const uint Held = 0x4000_0001;
    private const uint Reading = 0x4000_0002;

    // One word per cache line: lanes must not share lines, nor the one with the length of the array.
    private const int Stride = 64 / sizeof(uint);

    // A lane of an operation on memory is free again within a microsecond; then waiting in the kernel costs more.
    private const int LooksBeforeSleep = 20;

    private readonly uint[] _words;
    private readonly int _count;
    private readonly Sleepers _sleepers = new(wakesAll: false);
    private readonly Lock _closing = new();
    private int _next;
    private bool _isClosed;

    internal LanePool(int lanes)
    {
        _count = lanes;
        _words = new uint[(lanes + 2) * Stride];
        Array.Fill(_words, Idle);
    }

    internal int Count => _count;

    /// <summary>Gets the blocks that are read in place.</summary>
    internal LeaseTable Leases { get; } = new();

    /// <summary>Two lanes per CPU; at most as many as the arenas have slots, and a group of slots is left for groups.</summary>
    internal static int DefaultCount(int slotsOfArenas)
    {
        int lanes = slotsOfArenas >= 2 * WriteGroup.MaxSlots ? slotsOfArenas - WriteGroup.MaxSlots : slotsOfArenas;
        return Math.Min(lanes, 2 * Environment.ProcessorCount);
    }

    /// <summary>Takes a lane for an operation that reads no block; <see cref="Exit"/> gives it back.</summary>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    internal int Enter() => Enter(Held);

    /// <summary>Takes a lane for a read. No free block is stored into before the read is announced or ended.</summary>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    internal int EnterReading() => Enter(Reading);

    /// <summary>Says which block is read, so that writers of other blocks need not wait.</summary>
    internal void Announce(int lane, BttMapEntry entry) => Volatile.Write(ref Word(lane), entry.Value);

    /// <summary>Refuses a closed pool.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed), typeof(BlockPool));

    /// <summary>Gives a lane back; what was read with it is read before.</summary>
    internal void Exit(int lane)
    {
        Volatile.Write(ref Word(lane), Idle);
        _sleepers.WakeIfAny();
    }

    /// <summary>Waits until no lane reads the block. The caller holds a lane, taken after the block became free.</summary>
    internal void WaitUntilUnread(uint block)
    {
        uint entry = BttMapEntry.Normal(block).Value;
        for (int lane = 0; lane < _count; lane++)
        {
            uint word = Volatile.Read(ref Word(lane));
            if (word == entry || word == Reading)
            {
                WaitWhileReading(lane, entry);
            }
        }

        Leases.WaitUntilUnread(block);
    }

    /// <summary>
    /// Refuses later operations, waits for those under way and for leases, then runs an action; once only. Lanes are given
    /// back before leases are waited for, so that an operation of who holds one is refused and does not wait.
    /// </summary>
    internal void Close(Action whenQuiet)
    {
        lock (_closing)
        {
            if (!_isClosed)
            {
                TakeAll();
                _isClosed = true;
                ExitAll();
                Leases.WaitUntilNone();
                whenQuiet();
            }
        }
    }

    /// <summary>Runs an action while no operation is under way. The action takes no lane itself.</summary>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    internal TResult WhileQuiet<TResult>(Func<TResult> action)
    {
        TakeAll();
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(BlockPool));
            return action();
        }
        finally
        {
            ExitAll();
        }
    }

    private int Enter(uint state)
    {
        // Not interlocked: when two threads get the same turn, one of them passes over to the next lane.
        int lane = _next;
        _next = lane + 1 < _count ? lane + 1 : 0;
        if (!TryTake(lane, state))
        {
            lane = TakeAnother(lane, state);
        }

        if (_isClosed)
        {
            Exit(lane);
            throw new ObjectDisposedException(nameof(BlockPool));
        }

        return lane;
    }

    private bool TryTake(int lane, uint state) => Interlocked.CompareExchange(ref Word(lane), state, Idle) == Idle;

    private int TakeAnother(int first, uint state)
    {
        BlockMetrics.WaitedForLane();
        SpinWait spin = default;
        for (int look = 0; look < LooksBeforeSleep; look++)
        {
            if (TryTakeAny(first, state, out int lane))
            {
                return lane;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        var wanted = (Pool: this, First: first, State: state, Lane: -1);
        _sleepers.SleepUntil(
            static (ref (LanePool Pool, int First, uint State, int Lane) want) =>
                want.Pool.TryTakeAny(want.First, want.State, out want.Lane),
            ref wanted);
        return wanted.Lane;
    }

    private bool TryTakeAny(int first, uint state, out int lane)
    {
        for (int i = 1; i <= _count; i++)
        {
            lane = (first + i) % _count;
            if (TryTake(lane, state))
            {
                return true;
            }
        }

        lane = -1;
        return false;
    }

    private void WaitWhileReading(int lane, uint entry)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref Word(lane)) is uint word && (word == entry || word == Reading))
        {
            spin.SpinOnce();
        }
    }

    private void TakeAll()
    {
        for (int lane = 0; lane < _count; lane++)
        {
            SpinWait spin = default;
            while (!TryTake(lane, Held))
            {
                spin.SpinOnce();
            }
        }
    }

    private void ExitAll()
    {
        for (int lane = 0; lane < _count; lane++)
        {
            Exit(lane);
        }
    }

    private ref uint Word(int lane) => ref _words[(lane + 1) * Stride];
}
