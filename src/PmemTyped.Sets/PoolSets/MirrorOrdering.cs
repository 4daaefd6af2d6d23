using PmemTyped.Mapping;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// The crash argument of mirrors. The first replica is persisted before anything is copied, because copying begins when its
/// drain has ended.
/// <list type="bullet">
/// <item>P1: a range is durable in a mirror before the next one is copied, and before the persisting call returns. Otherwise
/// the mirror alone is not what it is for: it lacks what was acknowledged, or has what a protocol orders later.</item>
/// </list>
/// </summary>
internal static class MirrorOrdering
{
    /// <summary>A range is durable in a mirror before the next range, and before the persisting call returns.</summary>
    internal static readonly OrderingPoint P1 = new("MIRROR", 1);
}
