namespace PmemTyped.Mapping;

/// <summary>
/// How a copy, move or fill on a map stores, and what it leaves to the caller; the numbers are those of libpmem.
/// <see cref="NoFlush"/> and <see cref="NoDrain"/> change what is durable, the others are hints about speed.
/// (PMEM_F_MEM_*; mapping specification, section 9.1)
/// </summary>
[Flags]
public enum StoreOptions
{
    /// <summary>The fastest way that the medium has for the length, durable at the end. Persisted on return.</summary>
    None = 0,

    /// <summary>Leaves the drain to the caller. Flushed on return; on page granularity without effect.</summary>
    NoDrain = 1,

    /// <summary>Stores past the cache, whatever the length: for bytes that are not read again soon.</summary>
    NonTemporal = 2,

    /// <summary>Stores into the cache, whatever the length: for bytes that are read again soon.</summary>
    Temporal = 4,

    /// <summary>Hints that write-combining suits: as <see cref="NonTemporal"/> on cache-line granularity, else none.</summary>
    WriteCombining = 8,

    /// <summary>Hints that write-back suits: as <see cref="Temporal"/>.</summary>
    WriteBack = 16,

    /// <summary>Ordinary stores, nothing is flushed or drained. Stored on return; wins over all others.</summary>
    NoFlush = 32,
}
