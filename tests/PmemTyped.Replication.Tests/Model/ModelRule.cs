namespace PmemTyped.Replication.Tests.Model;

/// <summary>A rule of generations and epochs, to be left out on purpose.</summary>
public enum ModelRule
{
    /// <summary>All rules hold.</summary>
    None,

    /// <summary>A copy obeys no epoch below the one it promised.</summary>
    Fence,

    /// <summary>A copy promises no epoch below the one it promised.</summary>
    RisingPromises,

    /// <summary>A writer needs promises of enough copies.</summary>
    EnoughPromises,

    /// <summary>A copy that finds a newer one among the promises, or one that was written without it, does not write.</summary>
    NewestOnly,

    /// <summary>Nothing is acknowledged without a copy before a new generation leaves it behind.</summary>
    GenerationFirst,

    /// <summary>The members that stay have the new generation before the primary.</summary>
    MembersFirst,

    /// <summary>A copy in the middle of a resync is not promoted.</summary>
    WholeOnly,

    /// <summary>A primary that was not closed in good order sets all bits.</summary>
    FillAfterCrash,

    /// <summary>A copy that returns is off the list of those away before it gets the generation.</summary>
    OffTheListFirst,

    /// <summary>What somebody else gave to a copy in the middle of a resync is in no bitmap.</summary>
    OthersResyncIsFull,
}
