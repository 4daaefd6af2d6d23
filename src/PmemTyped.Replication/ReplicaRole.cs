namespace PmemTyped.Replication;

/// <summary>What a copy of a replicated pool is at present.</summary>
public enum ReplicaRole
{
    /// <summary>It does not belong to a set yet.</summary>
    None = 0,

    /// <summary>Writes, or did last.</summary>
    Primary = 1,

    /// <summary>Receives what the primary writes; its bytes are those of a moment.</summary>
    Replica = 2,

    /// <summary>Is being brought up to date: its bytes are a mixture, so that it cannot be promoted.</summary>
    Syncing = 3,
}
