namespace PmemTyped.Mapping;

/// <summary>
/// What must be done to a stored byte before it is power-safe; the values are those of libpmem2, smaller is
/// finer. (pmem2_granularity)
/// </summary>
public enum StoreGranularity
{
    /// <summary>The power-fail domain includes the CPU caches: a fence is enough.</summary>
    Byte = 0,

    /// <summary>The cache line must be written back.</summary>
    CacheLine = 1,

    /// <summary>The page must be synced to the storage behind it.</summary>
    Page = 2,
}
