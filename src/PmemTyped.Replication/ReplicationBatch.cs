namespace PmemTyped.Replication;

/// <summary>Several local drains with one wait for the remote pool at the end. Threads: that which began it.</summary>
public ref struct ReplicationBatch
{
    private ReplicationObserver? _observer;

    internal ReplicationBatch(ReplicationObserver observer) => _observer = observer;

    /// <summary>Waits until everything is Replicated; a second call does nothing.</summary>
    /// <exception cref="RemotePoolException">The target failed, or is not reached.</exception>
    public void Dispose()
    {
        ReplicationObserver? observer = _observer;
        _observer = null;
        observer?.EndBatch();
    }
}
