namespace PmemTyped.Sets.PoolSets;

/// <summary>How a set file is read.</summary>
public enum PoolSetReading
{
    /// <summary>What has one meaning is accepted; what PMDK's parser accepts by accident is refused with an explanation.</summary>
    Strict = 0,

    /// <summary>
    /// Everything that PMDK accepts means what it means there, except sizes that are negative or too large for it.
    /// </summary>
    Compatible = 1,
}
