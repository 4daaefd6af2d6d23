using PmemTyped.Mapping;

namespace PmemTyped.Sets.Parts;

/// <summary>What a set knows that decides where a new piece goes; taken under its lock.</summary>
/// <param name="Nodes">The parts, in address order.</param>
/// <param name="Previous">The part to continue, or null.</param>
/// <param name="Coalescing">Whether to continue it.</param>
/// <param name="ConfigSpace">The reservation that parts go into, or null.</param>
/// <param name="RequiredGranularity">The coarsest granularity.</param>
internal sealed record PlacementRules(
    IReadOnlyList<PartNode> Nodes,
    PartNode? Previous,
    PartCoalescing Coalescing,
    PartSpace? ConfigSpace,
    StoreGranularity RequiredGranularity)
{
    internal IReadOnlyList<PartNode> PartsIn(PartSpace space) => [.. Nodes.Where(n => n.Space == space)];

    internal bool IsOccupied(long start, long end) => Nodes.Any(n => n.Extent.Start < end && start < n.Extent.End);
}
