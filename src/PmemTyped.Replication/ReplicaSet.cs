using System.Collections.Concurrent;
using PmemTyped.Mapping;
using PmemTyped.Replication.Fanout;
using PmemTyped.Replication.Resync;
using PmemTyped.Sets;

namespace PmemTyped.Replication;

/// <summary>
/// One pool with several replicas: what becomes durable here is sent to all of them at once, each receives it in its order, and
/// a drain waits for as many as the policy says. A replica's image is at any instant one that this pool passed through, so what
/// recovers from a crash here recovers there. A replica that is lost is remembered with what it misses. Where the pool lies in a
/// file the set keeps its history beside it, see <see cref="ReplicaPrimary"/>: who may write, who counts, what each copy misses.
/// Threads: safe. Allocates nothing while all is well. (replication specification, 19.5 to 19.7)
/// </summary>
/// <remarks>
/// Give it to a <see cref="PersistRelay"/> for a map, or let <see cref="Replicator"/> do so. Events of the header page are left
/// out where the replicas have headers of their own.
/// </remarks>
public sealed partial class ReplicaSet : IReplication
{
    /// <summary>How many replicas a set has at most.</summary>
    public const int MaxReplicas = 16;

    private const long HeaderBytes = 4096;
    private const int AtomicBytes = 8 << 10;
    private const int RegionBytes = MissedBitmap<MapMedium>.RegionBytes;
    private const int RecentRegions = 64;

    // Guards the log's newest end, the states and what is missed. Whoever waits for progress waits here.
    private readonly object _gate = new();
    private readonly ReplicaSetOptions _options;
    private readonly PmemMap _local;
    private readonly ReplicaLog _log;
    private readonly ReplicaLink[] _links;
    private readonly List<Thread> _pumps = [];
    private readonly ConcurrentQueue<ReplicaStatus> _changes = new();
    private readonly RemotePoolAttributes _attributes;
    private readonly bool _hasHeaders;
    private readonly long[] _recent = new long[RecentRegions];
    private ReplicaPrimary? _primary;
    private volatile int _away;
    private volatile bool _isEnding;

    /// <summary>Gets the number of replicas; the local pool is none.</summary>
    public int Count => _links.Length;

    /// <summary>Gets the history of the pool; null where it has no place beside it.</summary>
    public ReplicaMetadata? Metadata => _primary?.Metadata;

    // Of copies with a history each counts that is not left behind, so that all of them are waited for.
    private bool AwaitsAll => _options.Policy.IsAll || (_primary is not null && !_options.Policy.IsAsync);

    private int Required => _options.Policy.Copies > 1 ? _options.Policy.Copies - 1 : _links.Length;

    /// <summary>Gets the weakest promise of the replicas that are in sync; None when none is.</summary>
    public ReplicaDurability Durability => WeakestOf(long.MinValue);

    /// <summary>How a replica is doing.</summary>
    /// <param name="replica">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that number.</exception>
    public ReplicaStatus StatusOf(int replica)
    {
        RequireReplica(replica);
        lock (_gate)
        {
            return StatusOf(_links[replica]);
        }
    }

    /// <summary>
    /// Takes a range of the local map, which is durable here already; its bytes may change afterwards. Waits only where a replica
    /// is so far behind that no more is kept for it. Never throws for a replica that is lost.
    /// </summary>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes; 0 does nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map.</exception>
    /// <exception cref="ObjectDisposedException">The set was closed.</exception>
    public void Flush(long offset, long lengthBytes)
    {
        ObjectDisposedException.ThrowIf(_isEnding, this);
        if (offset < 0 || lengthBytes < 0 || offset > _local.LengthBytes || lengthBytes > _local.LengthBytes - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), FormattableString.Invariant(
                $"{lengthBytes} bytes at offset {offset} do not lie in the pool of {_local.LengthBytes} bytes."));
        }

        long end = offset + lengthBytes;
        offset = _hasHeaders ? Math.Max(offset, HeaderBytes) : offset;
        if (offset < end)
        {
            Append(offset, end - offset);
        }
    }

    /// <summary>
    /// Waits until everything that was taken before is Replicated, as far as the policy asks for it.
    /// </summary>
    /// <returns>The weakest promise among the replicas that acknowledged it; None where none was waited for and none has.</returns>
    /// <exception cref="ReplicaSetException">Fewer replicas answered, and the set is not to go on without them.</exception>
    /// <exception cref="ReplicaConflictException">Another writer took over; the set is of no more use.</exception>
    /// <exception cref="ObjectDisposedException">The set was closed.</exception>
    public ReplicaDurability Drain()
    {
        ObjectDisposedException.ThrowIf(_isEnding, this);
        long upTo = _log.Head;
        try
        {
            if (AwaitsAll)
            {
                SendAndAwaitAll(upTo);
            }
            else
            {
                AwaitPumps(upTo);
            }

            Settle("replicate a range", upTo);
        }
        finally
        {
            RaiseChanges();
        }

        return WeakestOf(upTo);
    }

    /// <inheritdoc/>
    void IPersistObserver.OnPersisted(in PersistEvent persisted) => Flush(persisted.Offset, persisted.LengthBytes);

    /// <inheritdoc/>
    void IPersistObserver.OnDrained() => _ = Drain();

    /// <inheritdoc/>
    void IPersistObserver.OnBatchBegins()
    {
        RequireNoOtherWriter();
        if (_away > 0 && _options.OnLoss != ReplicaLoss.Degrade)
        {
            Settle("begin a write", upTo: long.MinValue);
        }
    }

    private void Append(long offset, long lengthBytes)
    {
        bool isAtomic = lengthBytes <= AtomicBytes;
        using scoped PmemMapLease lease = _local.Lease();
        lock (_gate)
        {
            NoteCaughtUp();
            while (lengthBytes > 0)
            {
                int piece = (int)Math.Min(lengthBytes, ReplicaLog.PieceBytes);
                while (!_log.TryAppend(offset, lease.Window(offset, piece), isAtomic))
                {
                    MakeRoom();
                }

                NoteRecent(offset, piece);
                for (int i = 0; _away > 0 && i < _links.Length; i++)
                {
                    if (!_links[i].IsSentTo)
                    {
                        _links[i].Missed.Add(offset, piece);
                    }
                }

                offset += piece;
                lengthBytes -= piece;
            }
        }
    }

    // A few of the regions that were stored to last, the very last ones among them. Older content of a pool differs there.
    private void NoteRecent(long offset, long lengthBytes)
    {
        long first = offset / RegionBytes;
        long last = (offset + lengthBytes - 1) / RegionBytes;
        _recent[first % RecentRegions] = first;
        _recent[last % RecentRegions] = last;
    }

    // Who has everything is behind from now on.
    private void NoteCaughtUp()
    {
        for (int i = 0; _options.Policy.IsAsync && i < _links.Length; i++)
        {
            if (_links[i].Durable >= _log.Head)
            {
                _links[i].BehindSinceMs = Environment.TickCount64;
            }
        }
    }

    // The oldest range leaves when every replica in sync has it. Who is late beyond the deadline is not in sync any more, so
    // this ends.
    private void MakeRoom()
    {
        ReplicaDeadline deadline = _options.Pool.ToOperate(CancellationToken.None);
        while (!_log.Release(Oldest()))
        {
            if (AwaitsAll)
            {
                SendAndAwaitAll(_log.Head);
            }
            else if (deadline.RemainingMs == 0)
            {
                LoseBehind(Oldest() + 1);
            }
            else
            {
                Monitor.PulseAll(_gate);
                _ = Monitor.Wait(_gate, deadline.RemainingMs);
            }
        }
    }

    // With nobody in sync nothing is kept.
    private long Oldest()
    {
        long oldest = _log.Head;
        foreach (ReplicaLink link in _links)
        {
            oldest = link.IsSentTo ? Math.Min(oldest, link.Durable) : oldest;
        }

        return oldest;
    }

    // All sends leave before the first wait begins, so that the slowest replica alone decides how long it takes.
    private void SendAndAwaitAll(long upTo)
    {
        Span<ulong> frames = stackalloc ulong[MaxReplicas];
        for (int i = 0; i < _links.Length; i++)
        {
            try
            {
                frames[i] = _links[i].IsSentTo ? _links[i].Send(_log, upTo) : 0;
            }
            catch (RemotePoolException e)
            {
                Lose(_links[i], e, upTo);
            }
            catch (ObjectDisposedException)
            {
                // Another thread has noticed the loss first, and closed the pool.
            }
        }

        for (int i = 0; i < _links.Length; i++)
        {
            try
            {
                if (_links[i].IsSentTo)
                {
                    _links[i].Await(frames[i], upTo);
                }
            }
            catch (RemotePoolException e)
            {
                Lose(_links[i], e, upTo);
            }
            catch (ObjectDisposedException)
            {
                // Another thread has noticed the loss first, and closed the pool.
            }
        }
    }

    private ReplicaDurability WeakestOf(long upTo)
    {
        ReplicaDurability weakest = ReplicaDurability.None;
        foreach (ReplicaLink link in _links)
        {
            if (link.IsInSync && link.Durable >= upTo && link.Pool is { } pool)
            {
                weakest = weakest == ReplicaDurability.None || pool.Durability < weakest ? pool.Durability : weakest;
            }
        }

        return weakest;
    }

    private void RequireReplica(int replica)
    {
        if (replica < 0 || replica >= _links.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(replica), FormattableString.Invariant($"There is no replica {replica}; the set has {_links.Length}."));
        }
    }
}
