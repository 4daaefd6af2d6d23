namespace PmemTyped.Sets;

/// <summary>
/// Stands before copies that come later than the map and go earlier: they are opened over it, and closed before its last stores.
/// </summary>
internal sealed class ReplicationSwitch : IPersistObserver
{
    private IReplication? _replication;

    public void OnPersisted(in PersistEvent persisted) => Volatile.Read(ref _replication)?.OnPersisted(in persisted);

    public void OnDrained() => Volatile.Read(ref _replication)?.OnDrained();

    public void OnBatchBegins() => Volatile.Read(ref _replication)?.OnBatchBegins();

    internal void Begin(IReplication replication) => Volatile.Write(ref _replication, replication);

    internal void End() => Interlocked.Exchange(ref _replication, null)?.Dispose();

    internal void Undo() => Interlocked.Exchange(ref _replication, null)?.Undo();
}
