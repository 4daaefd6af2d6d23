namespace PmemTyped.Replication;

/// <summary>How an initiator reaches one target. Threads: safe.</summary>
public interface IReplicaTransport
{
    /// <summary>Gets the name of the target in messages.</summary>
    string Name { get; }

    /// <summary>Connects once; a pool needs a connection for control and one for each lane.</summary>
    /// <param name="deadline">How long it may take.</param>
    /// <exception cref="IOException">The target cannot be reached.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    ReplicaConnection Connect(in ReplicaDeadline deadline);
}
