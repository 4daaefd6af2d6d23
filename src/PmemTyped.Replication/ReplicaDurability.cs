namespace PmemTyped.Replication;

/// <summary>What a target achieves for bytes that it acknowledges.</summary>
public enum ReplicaDurability
{
    /// <summary>Nothing is known yet.</summary>
    None = 0,

    /// <summary>Nothing outlives the target machine: its files lie in memory.</summary>
    Volatile = 1,

    /// <summary>The environment of the target says what is enough; nothing verified it.</summary>
    Unverified = 2,

    /// <summary>Power-safe at the target.</summary>
    PowerSafe = 3,
}
