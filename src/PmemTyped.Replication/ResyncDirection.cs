namespace PmemTyped.Replication;

/// <summary>What the generations of a primary and a peer say about their contents (replication specification, 19.7).</summary>
public enum ResyncDirection
{
    /// <summary>The bitmap of the peer names all regions in which it may differ.</summary>
    Quick = 1,

    /// <summary>The peer is older, but every region has to be compared.</summary>
    Full = 2,

    /// <summary>The peer is newer: this copy is the stale one.</summary>
    Behind = 3,

    /// <summary>Both were written without the other one, or one was away for too long to tell.</summary>
    SplitBrain = 4,

    /// <summary>The peer belongs to another set.</summary>
    Foreign = 5,
}
