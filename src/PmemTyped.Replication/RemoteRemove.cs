namespace PmemTyped.Replication;

/// <summary>What is removed with a remote pool. The numbers are those of librpmem.</summary>
[Flags]
public enum RemoteRemove
{
    /// <summary>The parts; all of them must be there.</summary>
    None = 0,

    /// <summary>What is missing is no error. A pool in use is one all the same. (RPMEM_REMOVE_FORCE)</summary>
    Force = 1,

    /// <summary>The set file too. (RPMEM_REMOVE_POOL_SET)</summary>
    PoolSet = 2,
}
