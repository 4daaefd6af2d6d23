using System.Runtime.ExceptionServices;
using PmemTyped.Replication.Fanout;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Replication;

/// <content>How the pools of the replicas are made, found and compared.</content>
public sealed partial class ReplicaSet
{
    private const int LearningSliceMs = 10;
    private static readonly TimeSpan s_learning = TimeSpan.FromSeconds(1);

    // All at once: a target that is not reached costs its time-out once.
    private void ConnectAll(Func<ReplicaLink, RemotePool> connect, bool mayBeAway)
    {
        Task<RemotePool>[] connecting = [.. _links.Select(link => Task.Run(() => connect(link)))];
        List<Exception> refusals = [];
        List<Exception> absences = [];
        for (int i = 0; i < connecting.Length; i++)
        {
            try
            {
                _links[i].Attach(connecting[i].GetAwaiter().GetResult(), position: 0);
                _away--;
            }
            catch (RemotePoolException e) when (mayBeAway && IsUnreachable(e))
            {
                absences.Add(e);
                _links[i].Detach(ReplicaState.Away, e);
                _links[i].Missed.Add(_hasHeaders ? HeaderBytes : 0, _local.LengthBytes - (_hasHeaders ? HeaderBytes : 0));
            }
            catch (Exception e) when (e is PmemException or ArgumentException)
            {
                refusals.Add(e);
            }
        }

        int required = _options.Policy.Copies > 1 ? _options.Policy.Copies - 1 : _links.Length;
        bool isEnough = _options.OnLoss == ReplicaLoss.Degrade || _links.Length - _away >= required;
        if (refusals.Count > 0 || !isEnough)
        {
            ExceptionDispatchInfo.Throw(refusals.Concat(absences).First());
        }

        StartPumps();
        ReplicationMetrics.Add(this);
    }

    private void StartPumps()
    {
        if (_options.Policy.IsAll)
        {
            return;
        }

        foreach (ReplicaLink link in _links)
        {
            _pumps.Add(new Thread(() => Pump(link)) { IsBackground = true, Name = "replica pump" });
            _pumps[^1].Start();
        }
    }

    private RemotePool Make(ReplicaLink link)
    {
        RemotePool pool = RemotePool.Create(
            link.Endpoint.Transport, link.Endpoint.Name, _local, _attributes, _options.Pool);
        try
        {
            // Parts that were there may hold anything, and so may the map.
            ReplicaContent.Equalize(pool, pool.Verify());
            return pool;
        }
        catch
        {
            pool.Dispose();
            Remove(link.Endpoint, _options.Pool);
            throw;
        }
    }

    private RemotePool Reopen(ReplicaLink link)
    {
        RemotePool pool = Reach(link);
        try
        {
            IReadOnlyList<RemoteDifference> differences = pool.Verify();
            if (!_options.SendsDifferences)
            {
                ReplicaContent.RequireNone(differences, link.Name);
            }

            ReplicaContent.Equalize(pool, differences);
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
        ReplicaDeadline deadline = ReplicaDeadline.After(s_learning);
        while (true)
        {
            try
            {
                return RemotePool.Open(link.Endpoint.Transport, link.Endpoint.Name, _local, _options.Pool);
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
