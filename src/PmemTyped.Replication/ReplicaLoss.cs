namespace PmemTyped.Replication;

/// <summary>What happens when fewer replicas answer than a policy waits for.</summary>
public enum ReplicaLoss
{
    /// <summary>The call throws; the range is durable here. Later ones are refused before they store anything.</summary>
    Fail = 0,

    /// <summary>The call goes on without the replica; what it misses is remembered.</summary>
    Degrade = 1,

    /// <summary>The call waits until the replica has rejoined, for a limited time, then throws as with Fail.</summary>
    Block = 2,
}
