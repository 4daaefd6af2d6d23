using System.Numerics;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication;

/// <summary>
/// The copy of a replicated pool that writes: its history, the promises of the others, and what each of them missed, in files
/// beside the pool. One opens it before anything is stored, opens the remote pools with its <see cref="Epoch"/>, and brings each
/// replica up to date. Threads: safe. (replication specification, 19.6 and 19.7)
/// </summary>
/// <remarks>
/// Acknowledge a write only while <see cref="MayAcknowledge"/>: every replica was attached by <see cref="Resync"/> and holds the
/// write, or the primary went on without it by <see cref="ContinueWithout"/>. What a replica that is not attached misses is
/// given to <see cref="Missed"/> before the write is reported.
/// </remarks>
public sealed partial class ReplicaPrimary : IDisposable
{
    private readonly Lock _lock = new();
    private readonly MetadataFile _file;
    private readonly Dictionary<int, ReplicaPeer> _peers;
    private readonly Dictionary<int, MissedRegionFile> _missed = [];
    private readonly RemotePoolOptions _options;
    private ReplicaMetadata _before;
    private ulong _attached;
    private volatile bool _isFenced;
    private bool _isDisposed;

    // What changes a membership while writers wait takes no longer than another call.
    private RemotePoolOptions Brief => _options.OperationTimeout > TimeSpan.Zero && _options.OperationTimeout < _options.OpenTimeout
        ? _options with { OpenTimeout = _options.OperationTimeout }
        : _options;

    private ReplicaPrimary(MetadataFile file, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options)
    {
        _file = file;
        _peers = peers.ToDictionary(p => p.Number);
        _options = options;
    }

    /// <summary>Gets the metadata of this copy.</summary>
    public ReplicaMetadata Metadata
    {
        get
        {
            lock (_lock)
            {
                return _file.Current;
            }
        }
    }

    /// <summary>Gets the epoch to write in, promised by enough copies.</summary>
    public ulong Epoch => _file.Current.PromisedEpoch;

    /// <summary>Gets which replicas are attached: bit n for number n.</summary>
    public ulong Attached
    {
        get
        {
            lock (_lock)
            {
                return _attached;
            }
        }
    }

    /// <summary>
    /// Gets a value indicating whether a write that all attached replicas hold may be acknowledged. Not while a replica is neither
    /// attached nor left behind, not while too few are attached, and never again after another writer took over.
    /// </summary>
    public bool MayAcknowledge
    {
        get
        {
            lock (_lock)
            {
                ReplicaMetadata current = _file.Current;
                return !_isFenced && !_isDisposed && GenerationRules.MayAcknowledge(in current, _attached);
            }
        }
    }

    /// <summary>What a replica misses is told to this; persisted there when it returns.</summary>
    /// <param name="number">Number of the replica.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public IMissedRanges Missed(int number) => MissedOf(number);

    /// <summary>How many regions of 64 KiB a replica is known to miss at most.</summary>
    /// <param name="number">Number of the replica.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public long MissedRegionCount(int number) => MissedOf(number).Bitmap.Count;

    /// <summary>
    /// A replica was lost: nothing is acknowledged until it is attached again, or left behind by <see cref="ContinueWithout"/>.
    /// </summary>
    /// <param name="number">Number of the replica.</param>
    public void Detach(int number)
    {
        lock (_lock)
        {
            _attached &= ~GenerationRules.Bit(number);
        }
    }

    /// <summary>
    /// Makes a new generation without a replica, at the attached ones first and then here; does nothing where it is left behind
    /// already. A replica that does not answer is detached too, and may be left behind next. Persisted and Replicated on return.
    /// </summary>
    /// <param name="number">Number of the replica that is away.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such replica.</exception>
    /// <exception cref="InvalidOperationException">Fewer copies would be left than an acknowledged write needs; nothing was changed.</exception>
    /// <exception cref="RemotePoolException">An attached replica did not answer; or another writer took over.</exception>
    public void ContinueWithout(int number)
    {
        _ = MissedOf(number);
        lock (_lock)
        {
            ulong staying = _attached & ~GenerationRules.Bit(number);
            ReplicaMetadata current = Metadata;
            if (staying == _attached && (current.Away & GenerationRules.Bit(number)) != 0)
            {
                return;
            }

            if (BitOperations.PopCount(staying) + 1 < current.LeastCopies)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"Without copy {number}, {BitOperations.PopCount(staying) + 1} copies are left; an acknowledged write needs {current.LeastCopies}. Attach a replica first."));
            }

            _attached = staying;
            ReplicaMetadata next = GenerationRules.Without(in current, GenerationRules.Bit(number), Guid.NewGuid(), Now());
            RemotePoolException? failure = null;
            foreach (ReplicaPeer peer in _peers.Values.Where(p => (staying & GenerationRules.Bit(p.Number)) != 0))
            {
                try
                {
                    _ = Guarded(() => RemoteHistory.Replace(
                        peer, Epoch, GenerationRules.Synced(in next, RemoteHistory.Read(peer, Brief)), Brief));
                }
                catch (RemotePoolException e)
                {
                    failure ??= e;
                    _attached &= ~GenerationRules.Bit(peer.Number);
                }
            }

            _file.Update(in next);
            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    /// <summary>
    /// Ends writing in good order: what replicas missed is complete, so that the next open needs no comparison of everything.
    /// Nobody stores to the pool any more, and every write that failed at a replica was given to <see cref="Missed"/>.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (!_isFenced)
            {
                ReplicaMetadata current = _file.Current;
                _file.Update(GenerationRules.Closed(in current, _attached));
            }

            Release();
        }
    }

    /// <summary>Ends before anything was stored: what the last close said of the copies still holds.</summary>
    internal void Withdraw()
    {
        lock (_lock)
        {
            if (!_isDisposed && !_isFenced)
            {
                _file.Update(_file.Current with { IsClean = _before.IsClean, IsLevel = _before.IsLevel });
            }
        }

        Abandon();
    }

    /// <summary>Another writer took over, as a lane has said: nothing is acknowledged any more.</summary>
    internal void Fence() => _isFenced = true;

    /// <summary>
    /// Changes how many copies an acknowledged write has at least; durable at the attached replicas, then here. With fewer than
    /// before, a promotion needs more promises, so all copies have to know; unless a human has left all others behind by force.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is less than before, and a replica is not attached.</exception>
    internal void RequireCopies(int least)
    {
        lock (_lock)
        {
            ReplicaMetadata current = _file.Current;
            if (current.LeastCopies == least)
            {
                return;
            }

            if (least < current.LeastCopies && !current.IsAlone && BitOperations.PopCount(_attached) < current.Copies - 1)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"An acknowledged write of this set has {current.LeastCopies} copies at least; the policy asks for {least}, which all {current.Copies} copies have to know. Open it once with all replicas there."));
            }

            foreach (ReplicaPeer peer in _peers.Values.Where(p => (_attached & GenerationRules.Bit(p.Number)) != 0))
            {
                _ = Guarded(() => RemoteHistory.Replace(
                    peer, Epoch, RemoteHistory.Read(peer, Brief) with { LeastCopies = least }, Brief));
            }

            _file.Update(current with { LeastCopies = least });
        }
    }

    /// <summary>Ends as a crash does: what was missed is not complete.</summary>
    internal void Abandon()
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                Release();
            }
        }
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private T Guarded<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (RemotePoolException e) when (e.IsFenced)
        {
            Fence();
            throw;
        }
    }

    internal MissedRegionFile MissedOf(int number) => _missed.TryGetValue(number, out MissedRegionFile? missed) && _peers.ContainsKey(number)
        ? missed
        : throw new ArgumentOutOfRangeException(nameof(number), FormattableString.Invariant($"There is no copy {number} beside this one."));

    private void Release()
    {
        foreach (MissedRegionFile missed in _missed.Values)
        {
            missed.Dispose();
        }

        _file.Dispose();
    }
}
