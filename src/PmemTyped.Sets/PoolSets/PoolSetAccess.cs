namespace PmemTyped.Sets.PoolSets;

/// <summary>What is to be done with the pool of a set.</summary>
public enum PoolSetAccess
{
    /// <summary>It is read and written; all replicas are mapped, and the locks are exclusive.</summary>
    Write = 0,

    /// <summary>It is only looked at, on private pages of the first replica; the locks are shared.</summary>
    Private = 1,
}
