using PmemTyped.Replication.Fanout;

namespace PmemTyped.Replication;

/// <content>Replicas that are lost, those that are left behind, and the end of a set whose place another writer took.</content>
public sealed partial class ReplicaSet
{
    // Counts losses, and up to which of them the history says who is left behind. Equal while all is well.
    private readonly Lock _leaving = new();
    private volatile int _losses;
    private volatile int _left;
    private volatile ReplicaConflictException? _conflict;

    /// <summary>
    /// Takes a replica out of those that are waited for; from here on what it misses is noted. Does nothing for one that has
    /// rejoined meanwhile. Another writer ends the whole set instead: that replica is not away.
    /// </summary>
    private void Lose(ReplicaLink link, Exception reason, long upTo)
    {
        if (reason is RemotePoolException { IsFenced: true } fenced)
        {
            End(fenced);
            return;
        }

        lock (_gate)
        {
            if (!link.IsSentTo || link.Durable >= upTo)
            {
                return;
            }

            long position = link.Durable;
            _away += link.IsInSync ? 1 : 0;
            _losses++;
            link.Detach(reason);
            while (position < _log.Head)
            {
                ReadOnlyMemory<byte> bytes = _log.Read(ref position, out long offset, out _);
                if (!bytes.IsEmpty)
                {
                    link.Missed.Add(offset, bytes.Length);
                }
            }

            _changes.Enqueue(StatusOf(link));
            Monitor.PulseAll(_gate);
        }

        // Closing waits for threads of the pool, which must not happen under the gate.
        RemotePool? lost = link.Pool;
        _ = ThreadPool.UnsafeQueueUserWorkItem(static pool => pool?.Dispose(), lost, preferLocal: false);
    }

    /// <summary>Another writer was promised a higher epoch: nothing is stored or acknowledged here any more.</summary>
    private void End(RemotePoolException reason)
    {
        _primary?.Fence();
        var conflict = new ReplicaConflictException(
            $"Another writer took over; this one may neither store nor acknowledge. Close the pool, and open it again to see what became of it. {reason.Message}",
            _primary?.Metadata ?? default,
            []);
        lock (_gate)
        {
            _conflict ??= conflict;
            foreach (ReplicaLink link in _links.Where(l => l.IsSentTo))
            {
                _away += link.IsInSync ? 1 : 0;
                link.Detach(reason);
                _changes.Enqueue(StatusOf(link));
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void ThrowIfFenced()
    {
        if (_conflict is { } conflict)
        {
            throw new ReplicaConflictException(conflict);
        }
    }

    // Signs of life say so too, while nothing is written.
    private void RequireNoOtherWriter()
    {
        foreach (ReplicaLink link in _links)
        {
            if (link.IsSentTo && link.Pool?.Failure is { IsFenced: true } fenced)
            {
                End(fenced);
            }
        }

        ThrowIfFenced();
    }

    /// <summary>Does what is to be done when too few replicas are there.</summary>
    private void Settle(string operation, long upTo)
    {
        ThrowIfFenced();
        while (_away > 0)
        {
            if (_options.OnLoss != ReplicaLoss.Degrade)
            {
                AwaitPresent(operation, upTo);
            }

            if (_primary is null || _left == _losses || !LeaveBehind())
            {
                return;
            }
        }
    }

    private void AwaitPresent(string operation, long upTo)
    {
        ReplicaDeadline deadline = ReplicaDeadline.After(_options.BlockLimit);
        lock (_gate)
        {
            int present = PresentAt(upTo, out ReplicaLink? absent);
            while (present < Required)
            {
                int left = deadline.RemainingMs;
                if (_options.OnLoss == ReplicaLoss.Fail || left == 0 || _isEnding)
                {
                    throw new ReplicaSetException(operation, Required, present, absent?.Name ?? string.Empty, absent?.Failure);
                }

                _ = Monitor.Wait(_gate, left);
                ThrowIfFenced();
                present = PresentAt(upTo, out absent);
            }
        }
    }

    /// <summary>
    /// Makes it durable, at the replicas that stay and then here, that those who are away do not count; before anything is
    /// acknowledged without them. True where others were lost by it, so that it has to be seen again who is there.
    /// </summary>
    private bool LeaveBehind()
    {
        lock (_leaving)
        {
            if (_left == _losses)
            {
                return false;
            }

            int seen = _losses;
            foreach (ReplicaLink link in _links.Where(l => !l.IsSentTo))
            {
                try
                {
                    _primary!.ContinueWithout(link.CopyNumber);
                }
                catch (RemotePoolException e)
                {
                    // Not that one is at fault, but those who should have been told that it is away.
                    LoseDetached(e);
                    ThrowIfFenced();
                    return true;
                }
            }

            _left = seen;
            return _left != _losses;
        }
    }

    private void LoseDetached(RemotePoolException reason)
    {
        ulong attached = _primary!.Attached;
        if (reason.IsFenced)
        {
            End(reason);
        }

        foreach (ReplicaLink link in _links.Where(l => l.IsInSync && (attached & (1UL << l.CopyNumber)) == 0))
        {
            Lose(link, reason, long.MaxValue);
        }
    }

    private int PresentAt(long upTo, out ReplicaLink? absent)
    {
        int present = 0;
        absent = null;
        foreach (ReplicaLink link in _links)
        {
            if (link.IsInSync && (_options.Policy.IsAsync || link.Durable >= upTo))
            {
                present++;
            }
            else if (!link.IsInSync || absent is null)
            {
                absent = absent is { IsInSync: false } ? absent : link;
            }
        }

        return present;
    }
}
