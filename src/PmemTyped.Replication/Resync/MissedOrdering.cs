using PmemTyped.Mapping;

namespace PmemTyped.Replication.Resync;

/// <summary>
/// The crash argument of the bitmaps of what replicas missed.
/// <list type="bullet">
/// <item>P1: a bit is durable before the write that it stands for is reported durable. Otherwise a primary that is closed and
/// opened again would not send the region.</item>
/// <item>P2: all bits are durable before the head of a bitmap says that it is one, and before metadata say that bitmaps are
/// complete. Otherwise a replica would be brought up to date by a bitmap that forgot what it missed.</item>
/// </list>
/// A bit that is cleared is not flushed: where it comes back after a crash, a region is compared once more.
/// </summary>
internal static class MissedOrdering
{
    private const string Protocol = "MISS";

    /// <summary>The bit is durable before the write is reported.</summary>
    internal static readonly OrderingPoint P1 = new(Protocol, 1);

    /// <summary>All bits are durable before the bitmap counts.</summary>
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
}
