namespace PmemTyped.Sets.PoolSets;

/// <summary>What is wrong with a part that can be made good from another replica.</summary>
public enum PoolSetDefectKind
{
    /// <summary>The file does not exist.</summary>
    Missing = 0,

    /// <summary>The file has another size than the set file says.</summary>
    Resized = 1,

    /// <summary>The header is damaged, or the copy of this replica was interrupted.</summary>
    Damaged = 2,

    /// <summary>The header is sound and links to other replicas than the set file names.</summary>
    StaleLinks = 3,

    /// <summary>The part is sound, but its content differs from that of the replica that is copied.</summary>
    StaleContent = 4,
}
