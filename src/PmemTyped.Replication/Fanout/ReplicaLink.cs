using System.Diagnostics.CodeAnalysis;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication.Fanout;

/// <summary>
/// One replica of a set: what was sent to it of the log, and what it acknowledged. Threads: sending and waiting are safe; state
/// and what is missed belong to whoever holds the set's gate.
/// </summary>
internal sealed class ReplicaLink(int number, ReplicaEndpoint endpoint)
{
    private readonly Lock _sending = new();
    private RemotePool? _pool;
    private ulong _lastFrame;
    private long _sent;
    private long _durable;
    private int _state = (int)ReplicaState.Away;

    internal int Number => number;

    internal ReplicaEndpoint Endpoint => endpoint;

    internal string Name => $"{endpoint.Transport.Name}/{endpoint.Name}";

    /// <summary>Gets or sets its number among all copies of the pool; 0 where no history is kept.</summary>
    internal int CopyNumber { get; set; }

    /// <summary>Gets or sets what it misses while nothing is sent to it.</summary>
    [AllowNull]
    internal MissedRegionFile Missed { get; set; }

    /// <summary>Gets or sets a value indicating whether its pool was made for this set.</summary>
    internal bool IsMade { get; set; }

    internal ReplicaState State => (ReplicaState)Volatile.Read(ref _state);

    internal bool IsInSync => State == ReplicaState.InSync;

    /// <summary>Gets a value indicating whether everything that is stored is sent to it.</summary>
    internal bool IsSentTo => State != ReplicaState.Away;

    /// <summary>Gets why it is away.</summary>
    internal Exception? Failure { get; private set; }

    internal RemotePool? Pool => Volatile.Read(ref _pool);

    /// <summary>Gets the position up to which the replica acknowledged the log.</summary>
    internal long Durable => Volatile.Read(ref _durable);

    /// <summary>Gets or sets since when it is behind, in milliseconds of the system's counter.</summary>
    internal long BehindSinceMs { get; set; }

    /// <summary>Gives it a pool, to which everything from a position on is sent.</summary>
    internal void Attach(RemotePool pool, long position, ReplicaState state)
    {
        lock (_sending)
        {
            // In this order: whoever sees the new pool sees that it has everything.
            _sent = position;
            _lastFrame = 0;
            Volatile.Write(ref _durable, position);
            Volatile.Write(ref _pool, pool);
        }

        Failure = null;
        Volatile.Write(ref _state, (int)state);
    }

    /// <summary>It is equal and is sent everything, so that it counts.</summary>
    internal void Count() => Volatile.Write(ref _state, (int)ReplicaState.InSync);

    internal void Detach(Exception? failure)
    {
        Failure = failure ?? Failure;
        Volatile.Write(ref _state, (int)ReplicaState.Away);
    }

    /// <summary>Sends what the log holds up to a position and was not sent yet, with a drain behind it.</summary>
    /// <returns>What <see cref="Await"/> waits for; 0 for nothing.</returns>
    /// <exception cref="RemotePoolException">The target failed, or is not reached.</exception>
    internal ulong Send(ReplicaLog log, long upTo)
    {
        lock (_sending)
        {
            while (_sent < upTo)
            {
                long position = _sent;
                ReadOnlyMemory<byte> bytes = log.Read(ref position, out long offset, out bool isAtomic);
                if (!bytes.IsEmpty)
                {
                    _lastFrame = _pool!.Queue(
                        offset, bytes, isAtomic ? RemotePersist.None : RemotePersist.Relaxed, drains: position >= upTo);
                }

                _sent = position;
            }

            return Durable >= upTo ? 0 : _lastFrame;
        }
    }

    /// <summary>Waits for what was sent up to a position.</summary>
    /// <exception cref="RemotePoolException">The target failed, or is not reached.</exception>
    internal void Await(ulong frame, long upTo)
    {
        RemotePool? pool = Pool;
        if (frame == 0 || Durable >= upTo)
        {
            return;
        }

        pool!.Await(frame);
        long known = Durable;
        while (known < upTo)
        {
            long found = Interlocked.CompareExchange(ref _durable, upTo, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }
}
