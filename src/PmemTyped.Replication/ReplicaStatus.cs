namespace PmemTyped.Replication;

/// <summary>How a replica of a set is doing.</summary>
/// <param name="Replica">Its number, from 0, in the order in which the replicas were given.</param>
/// <param name="Name">Target and name of the set file.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Durability">What its acknowledgements promise; None while it is not in sync.</param>
/// <param name="LagBytes">Bytes that are durable here and not acknowledged, headers of 16 bytes for each range included.</param>
/// <param name="MissedRegions">Regions of 64 KiB that it lacks parts of; 0 in sync.</param>
/// <param name="Failure">Why it is away; null in sync.</param>
public readonly record struct ReplicaStatus(
    int Replica, string Name, ReplicaState State, ReplicaDurability Durability, long LagBytes, long MissedRegions, Exception? Failure);
