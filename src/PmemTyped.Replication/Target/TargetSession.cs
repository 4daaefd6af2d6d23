using System.Security.Cryptography;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>A pool that an initiator has open: its lanes and the tickets for them. Threads: safe.</summary>
internal sealed class TargetSession : IDisposable
{
    /// <summary>The first epoch that a target gives by itself.</summary>
    internal const ulong FirstEpoch = 1 << 8;

    private static readonly TimeSpan s_leaving = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly Lock _changing = new();
    private readonly Dictionary<Guid, long> _tickets = [];
    private readonly Dictionary<int, (ReplicaConnection Connection, Thread Thread)> _lanes = [];
    private readonly LaneProgress?[] _progress;
    private bool _isClosed;

    internal TargetSession(string name, string identity, TargetPool pool, LaneFacts facts, int lanes, bool isCreated)
    {
        Name = name;
        Identity = identity;
        Pool = pool;
        Facts = facts;
        Lanes = lanes;
        _progress = new LaneProgress?[lanes];
        IsCreated = isCreated;
    }

    internal string Name { get; }

    internal string Identity { get; }

    internal TargetPool Pool { get; }

    internal LaneFacts Facts { get; }

    internal int Lanes { get; }

    /// <summary>Gets a value indicating whether this session made the pool.</summary>
    internal bool IsCreated { get; }

    /// <summary>Gets what its initiator proves with that it is its own, after the control connection was lost.</summary>
    internal Guid Token { get; } = new(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// Gets or sets the control connection; null while it is lost, and the initiator may still resume. Read and written under the
    /// lock of all sessions.
    /// </summary>
    internal ReplicaConnection? Control { get; set; }

    /// <summary>Gets or sets what ends the session when nobody resumes it.</summary>
    internal Timer? Grace { get; set; }

    /// <summary>
    /// Another writer was promised an epoch: lanes finish what they are at, and the pool is closed. What the old writer still
    /// asks is answered with a refusal, so that it learns why.
    /// </summary>
    internal void FenceOff(ulong epoch)
    {
        if (!Facts.Fence.Raise(epoch))
        {
            // A lane that cannot send its answer does not keep the new writer out.
            (ReplicaConnection Connection, Thread Thread)[] lanes;
            lock (_lock)
            {
                lanes = [.. _lanes.Values];
            }

            foreach ((ReplicaConnection connection, Thread thread) in lanes)
            {
                connection.Abort();
                thread.Join();
            }
        }

        Pool.Dispose();
    }

    /// <summary>A ticket for one lane: valid once, and not for long.</summary>
    internal Guid NewTicket(TimeSpan lifetime)
    {
        var ticket = new Guid(RandomNumberGenerator.GetBytes(16));
        lock (_lock)
        {
            long now = Environment.TickCount64;
            foreach (Guid old in _tickets.Where(t => t.Value < now).Select(t => t.Key).ToArray())
            {
                _tickets.Remove(old);
            }

            if (_tickets.Count >= 2 * Lanes)
            {
                throw new FrameException(RemoteErrno.Busy, "Too many tickets were asked for and not used.");
            }

            _tickets.Add(ticket, now + (long)lifetime.TotalMilliseconds);
        }

        return ticket;
    }

    /// <summary>Uses a ticket up; false when it is not one of this session, or too old.</summary>
    internal bool TryUse(Guid ticket, string identity)
    {
        lock (_lock)
        {
            return _tickets.Remove(ticket, out long end) && end >= Environment.TickCount64 && identity == Identity;
        }
    }

    /// <summary>The tickets that were not used.</summary>
    internal Guid[] Tickets()
    {
        lock (_lock)
        {
            return [.. _tickets.Keys];
        }
    }

    /// <summary>Changes the attributes, one change at a time.</summary>
    internal void SetAttributes(in RemotePoolAttributes attributes)
    {
        lock (_changing)
        {
            if (_isClosed)
            {
                throw new FrameException(Errno.Invalid, "The pool is closed.");
            }

            Pool.SetAttributes(in attributes);
        }
    }

    /// <summary>
    /// Serves a lane on the calling thread until its stream ends. An earlier connection of the lane, which its initiator lost, is
    /// ended first; the lane goes on where that one was.
    /// </summary>
    internal void Serve(ReplicaConnection connection, int number, ReplicaServerOptions options, Action joined)
    {
        Take(connection, number);
        try
        {
            joined();
            LaneProgress progress = _progress[number] ??= new LaneProgress(Facts);
            new TargetLane(connection, Facts, (ushort)number, options, progress).Run();
        }
        finally
        {
            lock (_lock)
            {
                _lanes.Remove(number);
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Lets all lanes serve what they received, and waits for that until the deadline.</summary>
    internal void FinishLanes(in ReplicaDeadline deadline)
    {
        (ReplicaConnection Connection, Thread Thread)[] lanes;
        lock (_lock)
        {
            lanes = [.. _lanes.Values];
        }

        foreach ((ReplicaConnection connection, _) in lanes)
        {
            connection.EndReceiving();
        }

        foreach ((_, Thread thread) in lanes)
        {
            _ = thread.Join(deadline.RemainingMs);
        }
    }

    /// <summary>Ends all lanes, waits for their threads, and closes the pool.</summary>
    public void Dispose()
    {
        (ReplicaConnection Connection, Thread Thread)[] lanes;
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            lanes = [.. _lanes.Values];
            Monitor.PulseAll(_lock);
        }

        foreach ((ReplicaConnection connection, Thread thread) in lanes)
        {
            connection.Abort();
            if (thread != Thread.CurrentThread)
            {
                thread.Join();
            }
        }

        lock (_changing)
        {
            Pool.Dispose();
        }
    }

    private void Take(ReplicaConnection connection, int number)
    {
        ReplicaDeadline deadline = ReplicaDeadline.After(s_leaving);
        lock (_lock)
        {
            while (!_isClosed && number < Lanes && _lanes.TryGetValue(number, out (ReplicaConnection Connection, Thread Thread) lost))
            {
                lost.Connection.Abort();
                if (!Monitor.Wait(_lock, deadline.RemainingMs))
                {
                    throw new FrameException(RemoteErrno.Busy, FormattableString.Invariant($"Lane {number} is still in use."));
                }
            }

            if (_isClosed || number >= Lanes)
            {
                throw new FrameException(Errno.Invalid, FormattableString.Invariant($"Lane {number} cannot be joined."));
            }

            _lanes.Add(number, (connection, Thread.CurrentThread));
        }
    }
}
