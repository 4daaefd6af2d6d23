namespace PmemTyped.Replication;

/// <summary>What an initiator may do with pools of a target.</summary>
[Flags]
public enum ReplicaRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Ask for sizes and attributes.</summary>
    Stat = 1,

    /// <summary>Open, read, store and change attributes.</summary>
    Open = 2,

    /// <summary>Create pools from set files that are there.</summary>
    Create = 4,

    /// <summary>Remove pools.</summary>
    Remove = 8,

    /// <summary>Make a copy the primary.</summary>
    Promote = 16,

    /// <summary>All of it.</summary>
    All = Stat | Open | Create | Remove | Promote,
}
