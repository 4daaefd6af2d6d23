using System.Security.Cryptography;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>A pool that an initiator has open: its lanes and the tickets for them. Threads: safe.</summary>
internal sealed class TargetSession : IDisposable
{
    internal const ulong FirstEpoch = 1;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, long> _tickets = [];
    private readonly Dictionary<int, (ReplicaConnection Connection, Thread Thread)> _lanes = [];
    private bool _isClosed;

    internal TargetSession(string name, string identity, TargetPool pool, LaneFacts facts, int lanes, bool isCreated)
    {
        Name = name;
        Identity = identity;
        Pool = pool;
        Facts = facts;
        Lanes = lanes;
        IsCreated = isCreated;
    }

    internal string Name { get; }

    internal string Identity { get; }

    internal TargetPool Pool { get; }

    internal LaneFacts Facts { get; }

    internal int Lanes { get; }

    /// <summary>Gets a value indicating whether this session made the pool.</summary>
    internal bool IsCreated { get; }

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

    /// <summary>Serves a lane on the calling thread until its stream ends.</summary>
    internal void Serve(ReplicaConnection connection, int number, ReplicaServerOptions options, Action joined)
    {
        lock (_lock)
        {
            if (_isClosed || number >= Lanes || !_lanes.TryAdd(number, (connection, Thread.CurrentThread)))
            {
                throw new FrameException(Errno.Invalid, FormattableString.Invariant($"Lane {number} cannot be joined."));
            }
        }

        try
        {
            joined();
            new TargetLane(connection, Facts, (ushort)number, options).Run();
        }
        finally
        {
            lock (_lock)
            {
                _lanes.Remove(number);
            }
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
        }

        foreach ((ReplicaConnection connection, Thread thread) in lanes)
        {
            connection.Abort();
            if (thread != Thread.CurrentThread)
            {
                thread.Join();
            }
        }

        Pool.Dispose();
    }
}
