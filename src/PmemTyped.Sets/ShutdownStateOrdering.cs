using PmemTyped.Mapping;

namespace PmemTyped.Sets;

/// <summary>
/// The crash argument of the shutdown state.
/// <list type="bullet">
/// <item>P1: the state says "dirty" on the medium before the first store of a session. Otherwise a device that loses
/// power unsafely in between leaves a pool that looks cleanly closed. A state torn inside has a wrong checksum and is
/// started over at the next open.</item>
/// <item>P2: the state says "clean" on the medium before close returns; every other store was persisted by its own
/// protocol earlier. Otherwise a closed pool would be blamed for a later power loss of its device.</item>
/// </list>
/// </summary>
public static class ShutdownStateOrdering
{
    private const string Protocol = "SDS";

    /// <summary>Dirty is durable before the first store of a session.</summary>
    public static readonly OrderingPoint P1 = new(Protocol, 1);

    /// <summary>Clean is durable before close returns.</summary>
    public static readonly OrderingPoint P2 = new(Protocol, 2);
}
