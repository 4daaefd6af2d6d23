using PmemTyped.Mapping;
using PmemTyped.Replication.Fanout;
using PmemTyped.Replication.Generations;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Replication;

/// <content>The ways to a set, and out of it.</content>
public sealed partial class ReplicaSet
{
    private const int LeastLogBytes = 256 << 10;

    private ReplicaSet(
        PmemMap local, ReplicaSetOptions options, IReadOnlyList<ReplicaEndpoint> endpoints, PartHeaderLayout? header)
    {
        _local = local;
        _options = options;
        _hasHeaders = header is not null;
        _keepsHistory = MetadataFile.IsPlace(local.Path);
        _attributes = AttributesOf(header);
        _log = new ReplicaLog(options.LogBytes);
        _links = [.. endpoints.Select((e, i) => new ReplicaLink(i, e))];
        _away = _links.Length;
        Array.Fill(_recent, -1);
    }

    /// <summary>
    /// Creates the pools of all replicas and copies the map to them; where the map is one of a file, a history begins beside it, with
    /// this copy as number 1 and the replicas as 2 and so on. Replicated on return. When anything fails, pools that were made are
    /// gone again.
    /// </summary>
    /// <param name="local">The memory that is copied, in whole pages of 4096 bytes; stays undisposed as long as the set is open.</param>
    /// <param name="endpoints">Where the replicas are, 1 to <see cref="MaxReplicas"/>.</param>
    /// <param name="header">
    /// What the headers say: type, features and identity of the pool. Each replica links to itself only, so that it can be opened
    /// alone. Null for replicas without headers (NOHDRS).
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The options or the number of endpoints make no sense.</exception>
    /// <exception cref="RemotePoolException">A target refused, or is not reached.</exception>
    public static ReplicaSet Create(
        PmemMap local,
        IReadOnlyList<ReplicaEndpoint> endpoints,
        PartHeaderLayout? header,
        ReplicaSetOptions? options = null)
    {
        ReplicaSet set = New(local, endpoints, header, options);
        try
        {
            set.MakeAll();
            set.TakeUpHistory(isNew: true);
            set.ConnectAll(isNew: true);
            return set;
        }
        catch
        {
            set.Undo();
            throw;
        }
    }

    /// <summary>
    /// Opens the pools of all replicas in an epoch that enough of them promised, and brings them up to date as their histories say:
    /// after a close in good order little is compared, after a crash all. The map is not changed. A replica that is not reached
    /// counts as lost; one that refuses, is of another pool, or differs although nothing says that it may, is refused.
    /// </summary>
    /// <param name="local">The memory that is copied, in whole pages of 4096 bytes; stays undisposed as long as the set is open.</param>
    /// <param name="endpoints">
    /// Where the replicas are, 1 to <see cref="MaxReplicas"/>: all other copies, in the order of their numbers.
    /// </param>
    /// <param name="header">The header of the pool; null for replicas without headers (NOHDRS).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The options or the number of endpoints make no sense.</exception>
    /// <exception cref="PmemFormatException">A replica is of another pool, or holds something else; the message says what to do.</exception>
    /// <exception cref="RemotePoolException">A target refused, or fewer are reached than the policy waits for.</exception>
    /// <exception cref="ReplicaConflictException">Too few copies promised that nobody else writes, or one of them is newer.</exception>
    /// <exception cref="InvalidOperationException">This copy is a replica, or the set has another number of copies.</exception>
    /// <exception cref="PmemException">The files beside the pool are in use or cannot be written.</exception>
    public static ReplicaSet Open(
        PmemMap local,
        IReadOnlyList<ReplicaEndpoint> endpoints,
        PartHeaderLayout? header,
        ReplicaSetOptions? options = null)
    {
        ReplicaSet set = New(local, endpoints, header, options);
        try
        {
            set.TakeUpHistory(isNew: false);
            set.ConnectAll(isNew: false);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Waits for what was taken, as long as a call may take, and closes the replicas. Never throws for a lost one.</summary>
    public void Dispose()
    {
        if (_isEnding)
        {
            return;
        }

        if (AwaitsAll && !_isAbandoned)
        {
            SendAndAwaitAll(_log.Head);
        }

        lock (_gate)
        {
            _isEnding = true;
            Monitor.PulseAll(_gate);
        }

        _pumps.ForEach(p => p.Join());
        ReplicationMetrics.Remove(this);
        Parallel.ForEach(_links, link => link.Pool?.Dispose());
        lock (_rejoining)
        {
            CloseHistory();
            _primary?.Dispose();
        }

        RaiseChanges();
    }

    /// <inheritdoc/>
    public void Undo()
    {
        RemotePoolOptions options = _options.Pool;
        Dispose();
        if (_keepsHistory)
        {
            ReplicaPrimary.Forget(_local.Path, _links.Length + 1);
        }

        foreach (ReplicaLink link in _links.Where(l => l.IsMade))
        {
            Remove(link.Endpoint, options);
        }
    }

    private static ReplicaSet New(
        PmemMap local, IReadOnlyList<ReplicaEndpoint> endpoints, PartHeaderLayout? header, ReplicaSetOptions? options)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(endpoints);
        options ??= new ReplicaSetOptions();
        if (endpoints.Count is 0 or > MaxReplicas)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A set has 1 to {MaxReplicas} replicas, not {endpoints.Count}."), nameof(endpoints));
        }

        if (options.Policy.Copies > endpoints.Count + 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A quorum of {options.Policy.Copies} copies cannot be reached with {endpoints.Count} replicas and this pool."),
                nameof(options));
        }

        if (options.LogBytes < LeastLogBytes || options.BlockLimit <= TimeSpan.Zero)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"At least {LeastLogBytes} bytes are kept for replicas, and a call that blocks has a limit above zero."),
                nameof(options));
        }

        return new ReplicaSet(local, options, endpoints, header);
    }
}
