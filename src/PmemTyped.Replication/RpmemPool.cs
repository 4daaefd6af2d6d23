namespace PmemTyped.Replication;

/// <summary>The handle of <see cref="Rpmem"/>. (RPMEMpool)</summary>
public sealed class RpmemPool
{
    internal RpmemPool(RemotePool pool) => Pool = pool;

    /// <summary>Gets what stands behind it.</summary>
    public RemotePool Pool { get; }
}
