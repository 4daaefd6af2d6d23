using System.Diagnostics.CodeAnalysis;
using PmemTyped.Replication.Fanout;

namespace PmemTyped.Replication;

/// <content>Replicas that are not waited for one by one, and what is told of all.</content>
public sealed partial class ReplicaSet
{
    // A quorum is waited for, and a lag that is too large; each is brought about by the pumps.
    private void AwaitPumps(long upTo)
    {
        ReplicaDeadline deadline = _options.Pool.ToOperate(CancellationToken.None);
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
            while (!_isEnding && _conflict is null && !IsReached(upTo))
            {
                int left = deadline.RemainingMs;
                if (left == 0)
                {
                    LoseLate(upTo);
                    return;
                }

                _ = Monitor.Wait(_gate, left);
            }
        }
    }

    // Also true where too few are left to wait for: what follows is not a matter of time.
    private bool IsReached(long upTo)
    {
        ReplicaPolicy policy = _options.Policy;
        int have = 0;
        int inSync = 0;
        foreach (ReplicaLink link in _links)
        {
            inSync += link.IsInSync ? 1 : 0;
            have += link.IsInSync && (policy.IsAsync ? !IsTooFarBehind(link) : link.Durable >= upTo) ? 1 : 0;
        }

        return have >= (policy.IsAsync ? inSync : Math.Min(policy.Copies - 1, inSync));
    }

    private bool IsTooFarBehind(ReplicaLink link)
    {
        long lag = _log.Head - link.Durable;
        return lag > _options.Policy.MaxLagBytes
            || (lag > 0 && Environment.TickCount64 - link.BehindSinceMs > _options.Policy.MaxLagTime.TotalMilliseconds);
    }

    private void LoseLate(long upTo)
    {
        foreach (ReplicaLink link in _links)
        {
            if (!_options.Policy.IsAsync || IsTooFarBehind(link))
            {
                LoseIfBehind(link, upTo);
            }
        }
    }

    private void LoseBehind(long position)
    {
        foreach (ReplicaLink link in _links)
        {
            LoseIfBehind(link, position);
        }
    }

    private void LoseIfBehind(ReplicaLink link, long position)
    {
        if (link.IsSentTo && link.Durable < position)
        {
            Lose(link, new TimeoutException($"The replica '{link.Name}' did not acknowledge in time."), position);
        }
    }

    // One thread for each replica, where callers do not wait for each of them: it sends what has come, waits for the answer,
    // and so on. What comes meanwhile is sent together.
    private void Pump(ReplicaLink link)
    {
        while (true)
        {
            long upTo;
            lock (_gate)
            {
                while (!_isEnding && (!link.IsSentTo || link.Durable >= _log.Head))
                {
                    _ = Monitor.Wait(_gate);
                }

                if (!link.IsSentTo || link.Durable >= _log.Head)
                {
                    return;
                }

                upTo = _log.Head;
            }

            long began = Environment.TickCount64;
            try
            {
                link.Await(link.Send(_log, upTo), upTo);
            }
            catch (RemotePoolException e)
            {
                Lose(link, e, upTo);
                RaiseChanges();
            }
            catch (ObjectDisposedException)
            {
                // Another thread has noticed the loss first, and closed the pool.
            }

            lock (_gate)
            {
                // What came meanwhile is behind since this began, at most.
                link.BehindSinceMs = began;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The epoch that a replica is written in; 0 while it is away, or no history is kept.</summary>
    internal long EpochOf(int replica) => _links[replica] is { IsSentTo: true, Pool: { } pool } ? (long)pool.Epoch : 0;

    private ReplicaStatus StatusOf(ReplicaLink link) => new(
        link.Number,
        link.Name,
        link.State,
        link.IsInSync && link.Pool is { } pool ? pool.Durability : ReplicaDurability.None,
        link.IsInSync ? _log.Head - link.Durable : 0,
        link.IsInSync ? 0 : link.Missed.Bitmap.Count,
        link.Failure);

    [SuppressMessage("Design", "CA1031", Justification = "What a handler throws must not leave through a write that succeeded.")]
    private void RaiseChanges()
    {
        while (_changes.TryDequeue(out ReplicaStatus change))
        {
            ReplicationEvents.Log.Changed(in change);
            try
            {
                _options.StateChanged?.Invoke(change);
            }
            catch (Exception)
            {
                // Said in the documentation.
            }
        }
    }
}
