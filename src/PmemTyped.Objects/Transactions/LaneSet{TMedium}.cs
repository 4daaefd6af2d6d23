using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Objects.Transactions;

/// <summary>
/// The lanes of a region. A thread tries the lane of its number first, so that threads rarely meet and a lane stays in the
/// cache of one processor. Threads: safe.
/// </summary>
internal sealed class LaneSet<TMedium>
    where TMedium : struct, IPmemMedium
{
    // Nothing may hang: threads that wait for each other with all lanes taken would.
    private const int TimeoutMs = 30_000;

    [ThreadStatic]
    private static TransactionLane<TMedium>? s_first;

    private readonly RegionCore<TMedium> _region;
    private readonly TransactionLane<TMedium>?[] _lanes;
    private readonly LaneFlag[] _taken;

    internal LaneSet(RegionCore<TMedium> region)
    {
        _region = region;
        _lanes = new TransactionLane<TMedium>?[region.Geometry.Format.LaneCount];
        _taken = new LaneFlag[_lanes.Length];
    }

    /// <summary>Gets a value indicating whether no transaction is under way.</summary>
    internal bool IsIdle => System.Array.TrueForAll(_taken, f => f.Value == 0);

    /// <summary>Takes a lane for this thread. Allocates when the lane is used for the first time.</summary>
    /// <exception cref="InvalidOperationException">The thread has one already.</exception>
    /// <exception cref="TimeoutException">All were taken for too long.</exception>
    internal TransactionLane<TMedium> Acquire()
    {
        for (TransactionLane<TMedium>? own = s_first; own is not null; own = own.NextOfThread)
        {
            if (own.Region == _region)
            {
                throw new InvalidOperationException(
                    $"A transaction of '{_region.Path}' is under way on this thread; they do not nest. Commit or dispose it first, or pass it on.");
            }
        }

        _region.Medium.ThrowIfFaulted();
        int number = Take();
        TransactionLane<TMedium> lane = _lanes[number] ??= new TransactionLane<TMedium>(_region, number);
        lane.NextOfThread = s_first;
        s_first = lane;
        return lane;
    }

    /// <summary>Gives a lane back.</summary>
    internal void Release(TransactionLane<TMedium> lane)
    {
        if (s_first == lane)
        {
            s_first = lane.NextOfThread;
        }
        else
        {
            TransactionLane<TMedium>? before = s_first;
            while (before is not null && before.NextOfThread != lane)
            {
                before = before.NextOfThread;
            }

            before?.NextOfThread = lane.NextOfThread;
        }

        lane.NextOfThread = null;
        Volatile.Write(ref _taken[lane.Number].Value, 0);
    }

    private int Take()
    {
        int start = Environment.CurrentManagedThreadId % _taken.Length;
        long deadline = 0;
        SpinWait spin = default;
        while (true)
        {
            for (int i = 0; i < _taken.Length; i++)
            {
                int number = (start + i) % _taken.Length;
                if (Volatile.Read(ref _taken[number].Value) == 0
                    && Interlocked.CompareExchange(ref _taken[number].Value, 1, 0) == 0)
                {
                    return number;
                }
            }

            deadline = deadline == 0 ? Environment.TickCount64 + TimeoutMs : deadline;
            if (Environment.TickCount64 > deadline)
            {
                throw new TimeoutException(FormattableString.Invariant(
                    $"All {_taken.Length} lanes of '{_region.Path}' were taken for {TimeoutMs / 1000} s. End transactions sooner, or make the region with more lanes."));
            }

            spin.SpinOnce();
        }
    }
}
