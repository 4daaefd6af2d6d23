namespace PmemTyped.Replication;

/// <summary>Where a replica of a set stands.</summary>
public enum ReplicaState
{
    /// <summary>It receives everything; what it lacks is on its way.</summary>
    InSync = 0,

    /// <summary>It is lost, or missed its deadline; what it misses is remembered.</summary>
    Away = 1,

    /// <summary>It receives what it missed, in any order: nothing should be recovered from it now.</summary>
    Rejoining = 2,
}
