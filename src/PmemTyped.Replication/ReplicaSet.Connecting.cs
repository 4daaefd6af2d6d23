using System.Runtime.ExceptionServices;
using PmemTyped.Replication.Fanout;
using PmemTyped.Replication.Resync;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Replication;

/// <content>How the pools of the replicas are made, found and compared.</content>
public sealed partial class ReplicaSet
{
    private const int LearningSliceMs = 10;
    private static readonly TimeSpan s_learning = TimeSpan.FromSeconds(1);

    // Where each is made anew, so that what was there is gone.
    private void MakeAll() => Task.WhenAll(_links.Select(link => Task.Run(() => Make(link)))).GetAwaiter().GetResult();

    private void Make(ReplicaLink link)
    {
        using RemotePool pool = RemotePool.Create(
            link.Endpoint.Transport, link.Endpoint.Name, _local, _attributes, _options.Pool);
        link.IsMade = true;
    }

    // All at once: a target that is not reached costs its time-out once.
    private void ConnectAll(bool isNew)
    {
        Task<RemotePool>[] connecting = [.. _links.Select(link => Task.Run(() => BringUp(link, isNew)))];
        List<Exception> refusals = [];
        List<Exception> absences = [];
        for (int i = 0; i < connecting.Length; i++)
        {
            try
            {
                _links[i].Attach(connecting[i].GetAwaiter().GetResult(), position: 0, ReplicaState.InSync);
                _away--;
            }
            catch (RemotePoolException e) when (!isNew && IsUnreachable(e))
            {
                absences.Add(e);
                _links[i].Detach(e);
                _losses++;
            }
            catch (Exception e) when (e is PmemException or ArgumentException)
            {
                refusals.Add(e);
            }
        }

        bool isEnough = _options.OnLoss == ReplicaLoss.Degrade || _links.Length - _away >= Required;
        if (refusals.Count > 0 || !isEnough)
        {
            ExceptionDispatchInfo.Throw(refusals.Concat(absences).First());
        }

        _primary?.RequireCopies(LeastCopies);
        Settle("open the replicas", upTo: long.MinValue);
        _isOpen = true;
        StartPumps();
        ReplicationMetrics.Add(this);
    }

    private void StartPumps()
    {
        if (AwaitsAll)
        {
            return;
        }

        foreach (ReplicaLink link in _links)
        {
            _pumps.Add(new Thread(() => Pump(link)) { IsBackground = true, Name = "replica pump" });
            _pumps[^1].Start();
        }
    }

    /// <summary>Opens the pool of a replica and brings it up to date, while nobody writes.</summary>
    private RemotePool BringUp(ReplicaLink link, bool isNew)
    {
        bool mayOverwrite = isNew || _options.SendsDifferences;
        ResyncOptions how = _options.Resync with { Lane = 0 };
        RemotePool pool = Reach(link);
        try
        {
            if (_primary is not null)
            {
                _ = _primary.Level(pool, link.CopyNumber, mayOverwrite, link.Name, how);
                return pool;
            }

            var copier = new RegionCopier(pool, link.Missed.Bitmap, ResyncDirection.Full, how);
            if (!mayOverwrite)
            {
                ReplicaContent.RequireNone(copier.Compare(CancellationToken.None), link.Name);
            }

            copier.Run(CancellationToken.None);
            return pool;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    /// <summary>Opens the pool of a replica; one of another pool is refused.</summary>
    private RemotePool Reach(ReplicaLink link)
    {
        RemotePool pool = ReachPool(link);
        try
        {
            ReplicaContent.RequireSamePool(pool, link.Name, _attributes);
            return pool;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    // A target learns a moment later than we do that a connection is gone; until then the pool is in use.
    private RemotePool ReachPool(ReplicaLink link)
    {
        RemotePoolOptions options = _primary is null ? _options.Pool : _options.Pool with { Epoch = _primary.Epoch };
        ReplicaDeadline deadline = ReplicaDeadline.After(s_learning);
        while (true)
        {
            try
            {
                return RemotePool.Open(link.Endpoint.Transport, link.Endpoint.Name, _local, options);
            }
            catch (RemotePoolException e) when (e.Errno == RemoteErrno.Busy && deadline.RemainingMs > 0)
            {
                Thread.Sleep(LearningSliceMs);
            }
        }
    }

    // "Cannot be reached" says nothing about the replica; everything else does.
    private static bool IsUnreachable(RemotePoolException e) => e.Stage == RemoteStage.Connect
        || e.Errno is RemoteErrno.TimedOut or RemoteErrno.ConnectionReset or RemoteErrno.ConnectionAborted
            or RemoteErrno.NoMedium;

    private static RemotePoolAttributes AttributesOf(PartHeaderLayout? header) => header is not { } stored
        ? default
        : new RemotePoolAttributes
        {
            Signature = stored.Signature,
            Major = stored.Major,
            Compat = stored.Compat,
            Incompat = stored.Incompat,
            ReadOnlyCompat = stored.ReadOnlyCompat,
            PoolSetUuid = stored.PoolSetUuid,
        };

    private static void Remove(ReplicaEndpoint endpoint, RemotePoolOptions options)
    {
        try
        {
            RemotePool.Remove(endpoint.Transport, endpoint.Name, RemoteRemove.None, options);
        }
        catch (RemotePoolException)
        {
            // It stays, and the next attempt to create it says so.
        }
    }
}
