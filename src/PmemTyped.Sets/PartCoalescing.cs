namespace PmemTyped.Sets;

/// <summary>Whether a new part continues the previous one in memory. (PMEMSET_COALESCING_*; sets specification, section 6.4)</summary>
public enum PartCoalescing
{
    /// <summary>Every map is a part of its own.</summary>
    None = 0,

    /// <summary>A map continues the previous part where the place after it is free, and else is a part of its own.</summary>
    Opportunistic = 1,

    /// <summary>A map continues the previous part, or is refused.</summary>
    Full = 2,
}
