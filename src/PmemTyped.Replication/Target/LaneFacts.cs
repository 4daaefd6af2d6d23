using PmemTyped.Mapping;

namespace PmemTyped.Replication.Target;

/// <summary>What a lane needs to know of its session.</summary>
/// <param name="Map">The pool.</param>
/// <param name="WindowBytes">The window that is open.</param>
/// <param name="HasHeaders">Whether the first page is protected.</param>
/// <param name="Epoch">The epoch that frames must carry.</param>
/// <param name="Durability">What a drain achieves.</param>
internal sealed record LaneFacts(PmemMap Map, long WindowBytes, bool HasHeaders, ulong Epoch, ReplicaDurability Durability)
{
    /// <summary>Gets what keeps lanes out of the pool when another writer takes over.</summary>
    internal SessionFence Fence { get; } = new();
}
