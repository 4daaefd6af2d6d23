namespace PmemTyped.Sets;

/// <summary>Tells a damaged file from one that is something else.</summary>
public enum PoolFindingKind
{
    /// <summary>Intact, but not what was asked for, or of a version or feature that is not known here.</summary>
    Format = 0,

    /// <summary>The bytes contradict themselves.</summary>
    Corruption = 1,
}
