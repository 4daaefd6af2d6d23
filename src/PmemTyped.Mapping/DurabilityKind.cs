namespace PmemTyped.Mapping;

/// <summary>What a successful persist on a map is really worth.</summary>
public enum DurabilityKind
{
    /// <summary>Nothing outlives the machine: the file lives in memory (tmpfs, ramfs). A process crash loses nothing.</summary>
    Volatile = 0,

    /// <summary>Power-safe by msync: as safe as the storage and its write cache.</summary>
    PowerSafeByPageSync = 1,

    /// <summary>Power-safe by cache-line write-back; the kernel granted MAP_SYNC.</summary>
    PowerSafeByCacheLineFlush = 2,

    /// <summary>Cache lines are written back because the environment says so; nothing verified that this is enough.</summary>
    ForcedUnverified = 3,
}
