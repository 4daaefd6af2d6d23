namespace PmemTyped.Mapping;

/// <summary>What a successful persist on a map is really worth.</summary>
public enum DurabilityKind
{
    /// <summary>
    /// Nothing outlives the machine: a file that lives in memory (tmpfs, ramfs), a private map, memory without a file.
    /// </summary>
    Volatile = 0,

    /// <summary>Power-safe by msync: as safe as the storage and its write cache.</summary>
    PowerSafeByPageSync = 1,

    /// <summary>Power-safe by cache-line write-back; the kernel granted MAP_SYNC.</summary>
    PowerSafeByCacheLineFlush = 2,

    /// <summary>The environment or the caller says what is enough; nothing verified it.</summary>
    ForcedUnverified = 3,

    /// <summary>Power-safe by a fence: the kernel granted MAP_SYNC, and the power-fail domain includes the caches (eADR).</summary>
    PowerSafeByFence = 4,
}
