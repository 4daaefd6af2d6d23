namespace PmemTyped.Replication;

/// <summary>Where a replica is.</summary>
/// <param name="Transport">How its target is reached.</param>
/// <param name="Name">Name of the set file there, a relative path.</param>
public sealed record ReplicaEndpoint(IReplicaTransport Transport, string Name);
