using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>
/// Makes and opens the copies that a pool has elsewhere. The replication package implements it; pools know nothing more of it.
/// Threads: safe.
/// </summary>
public interface IReplicator
{
    /// <summary>
    /// Makes the copies of a pool that is about to be made. Replicated on return: they hold what the map holds, except for the
    /// header page. When anything fails, copies that were made are gone again.
    /// </summary>
    /// <param name="local">The memory of the pool; stays undisposed as long as the copies are open.</param>
    /// <param name="header">What the headers of the copies say; null for a pool without part headers.</param>
    IReplication Create(PmemMap local, PartHeaderLayout? header);

    /// <summary>Opens the copies of a pool, and refuses those that are of another pool or hold something else.</summary>
    /// <param name="local">The memory of the pool; stays undisposed as long as the copies are open.</param>
    /// <param name="header">The header of the pool; null for one without part headers.</param>
    IReplication Open(PmemMap local, PartHeaderLayout? header);
}
