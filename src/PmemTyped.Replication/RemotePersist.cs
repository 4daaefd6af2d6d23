namespace PmemTyped.Replication;

/// <summary>How a range is stored at the target. The numbers are those of librpmem.</summary>
[Flags]
public enum RemotePersist
{
    /// <summary>In aligned 8-byte words, none of which is ever half stored.</summary>
    None = 0,

    /// <summary>In any order and any pieces: for bulk data. (RPMEM_PERSIST_RELAXED, RPMEM_FLUSH_RELAXED)</summary>
    Relaxed = 1,
}
