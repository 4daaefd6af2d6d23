using System.Diagnostics;
using System.Runtime.ExceptionServices;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Lets threads that write at the same time share flush waves, for a medium whose waves are long: pages. A thread that
/// meets no other writes alone, through a lane. While it waits for its waves, others form a group; the first of them
/// leads it and writes for all when the waves before are done. So the waves of a pool go one after the other, each with
/// whatever has come in the meantime, and with those who come back at once (<see cref="CommitDelay"/>). Threads: safe.
/// </summary>
internal sealed class SharedWrites<TMedium>(
    LanePool lanes, WriteGroupPool groups, GroupWriter<TMedium> writer)
    where TMedium : struct, IPmemMedium
{
    /// <summary>The leader of a forming group holds a lane while the writer that has the turn may still look for one.</summary>
    internal const int MinLanes = 2;

    private readonly object _gate = new();
    private readonly Stack<SharedGroup> _spare = new();
    private readonly CommitDelay _delay = new();
    private SharedGroup? _forming;
    private bool _isBeginning;
    private bool _hasTurn;
    private long _turnBegan;
    private bool _isQuiet;

    /// <summary>Takes the turn if nobody writes, waits or is expected; then <see cref="EndTurn"/> ends it.</summary>
    internal bool TryBeginTurn()
    {
        lock (_gate)
        {
            WaitWhile(static writes => writes._isQuiet);
            if (_hasTurn || _isBeginning || _forming is not null || _delay.ExpectsOthers)
            {
                return false;
            }

            _hasTurn = true;
            _turnBegan = Stopwatch.GetTimestamp();
            return true;
        }
    }

    /// <summary>Ends a turn in which so many have written.</summary>
    internal void EndTurn(int written)
    {
        lock (_gate)
        {
            _delay.Written(written, _forming?.Writes.Count ?? 0, Stopwatch.GetElapsedTime(_turnBegan));
            _hasTurn = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Lets nobody begin, and waits for those who have begun, until <see cref="EndQuiet"/>. Who is about to take all lanes
    /// does that first: a leader holds one while it waits for the writer that has the turn, and that one still needs one.
    /// </summary>
    internal void BeginQuiet()
    {
        lock (_gate)
        {
            WaitWhile(static writes => writes._isQuiet);
            _isQuiet = true;
            WaitWhile(static writes => writes._hasTurn || writes._isBeginning || writes._forming is not null);
        }
    }

    internal void EndQuiet()
    {
        lock (_gate)
        {
            _isQuiet = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Writes a block together with others. Persisted on return.</summary>
    internal void Write(BttArena arena, uint index, ReadOnlySpan<byte> source)
    {
        writer.ThrowIfFaulted();
        SharedGroup group = Join(out int entry, out int? lane);
        try
        {
            try
            {
                writer.StoreContent(group.Writes, entry, arena, index, source);
            }
            finally
            {
                group.MarkReady();
                if (lane is { } held)
                {
                    Lead(group, held);
                }
                else
                {
                    group.WaitUntilComplete();
                }
            }

            if (group.FailureOf(entry) is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
        finally
        {
            Leave(group);
        }
    }

    // The leader, and nobody else, gets a lane: it keeps the pool open for all.
    private SharedGroup Join(out int entry, out int? lane)
    {
        lane = null;
        lock (_gate)
        {
            while (true)
            {
                if (_isQuiet)
                {
                    // Nobody begins.
                }
                else if (_forming is { } forming)
                {
                    if (forming.Writes.TryAdd(out entry))
                    {
                        if (_delay.IsLast(entry + 1))
                        {
                            Monitor.PulseAll(_gate);
                        }

                        return forming;
                    }
                }
                else if (!_isBeginning)
                {
                    _isBeginning = true;
                    break;
                }

                _ = Monitor.Wait(_gate);
            }
        }

        SharedGroup begun = Begin(out entry, out int held);
        lane = held;
        return begun;
    }

    private void WaitWhile(Func<SharedWrites<TMedium>, bool> condition)
    {
        while (condition(this))
        {
            _ = Monitor.Wait(_gate);
        }
    }

    private SharedGroup Begin(out int entry, out int lane)
    {
        WriteGroup writes = groups.Take();
        SharedGroup? begun = null;
        try
        {
            lane = lanes.Enter();
            _ = writes.TryAdd(out entry);
            begun = Reuse(writes);
            return begun;
        }
        finally
        {
            if (begun is null)
            {
                groups.Return(writes);
            }

            lock (_gate)
            {
                _isBeginning = false;
                _forming = begun;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private SharedGroup Reuse(WriteGroup writes)
    {
        lock (_gate)
        {
            if (!_spare.TryPop(out SharedGroup? group))
            {
                return new SharedGroup(writes);
            }

            group.Reuse(writes);
            return group;
        }
    }

    private void Lead(SharedGroup group, int lane)
    {
        lock (_gate)
        {
            while (_hasTurn)
            {
                _ = Monitor.Wait(_gate);
            }

            _hasTurn = true;
            _delay.Begin(group.Writes.Capacity);
            while (_delay.GoesOn(group.Writes.Count))
            {
                _ = Monitor.Wait(_gate, CommitDelay.Longest);
            }

            _turnBegan = Stopwatch.GetTimestamp();
            _forming = null;
            Monitor.PulseAll(_gate);
        }

        Exception? failure = null;
        try
        {
            group.WaitUntilReady();
            writer.Publish(group.Writes);
        }
        catch (Exception reason)
        {
            failure = reason;
            throw;
        }
        finally
        {
            lanes.Exit(lane);
            EndTurn(group.Writes.Count);
            group.Complete(failure);
        }
    }

    private void Leave(SharedGroup group)
    {
        if (group.Leave())
        {
            groups.Return(group.Writes);
            lock (_gate)
            {
                _spare.Push(group);
            }
        }
    }
}
