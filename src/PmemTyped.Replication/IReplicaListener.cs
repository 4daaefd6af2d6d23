namespace PmemTyped.Replication;

/// <summary>Where a target is reached. Threads: one accepts; disposing may come from any.</summary>
public interface IReplicaListener : IDisposable
{
    /// <summary>Gets the name of the place in messages.</summary>
    string Name { get; }

    /// <summary>Waits for a connection. Its <see cref="ReplicaConnection.Handshake"/> is still to be done.</summary>
    /// <param name="waitMs">How long, in milliseconds.</param>
    /// <returns>The connection; null when none came, or the listener was disposed.</returns>
    ReplicaConnection? Accept(int waitMs);
}
