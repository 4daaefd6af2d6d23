namespace PmemTyped.Replication.Generations;

/// <summary>Whether a copy may become the writer, and if not, why.</summary>
internal enum PromotionVerdict
{
    None = 0,
    Permitted = 1,

    /// <summary>Not enough copies promised: acknowledged writes may exist that none of them holds.</summary>
    TooFewPromises = 2,

    /// <summary>A copy that promised is newer.</summary>
    Behind = 3,

    /// <summary>A copy that promised was written without this one, and this one without it.</summary>
    Diverged = 4,

    /// <summary>The candidate is in the middle of a resync.</summary>
    Syncing = 5,

    /// <summary>The candidate belongs to no set.</summary>
    NoSet = 6,
}
