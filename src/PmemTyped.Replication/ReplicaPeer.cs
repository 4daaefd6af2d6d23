namespace PmemTyped.Replication;

/// <summary>Another copy of a replicated pool, and how it is reached.</summary>
/// <param name="Transport">How its target is reached.</param>
/// <param name="Name">Name of its set file there.</param>
/// <param name="Number">Its number in the set, from 1; no two copies have the same.</param>
public sealed record ReplicaPeer(IReplicaTransport Transport, string Name, int Number);
