using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// The crash argument of growth (Design 0020). The last arena is exchanged for a longer one whose map, flog and copy of the
/// info block lie behind the old arena; further arenas may follow it.
/// <list type="bullet">
/// <item>P1: map, flog and copy of the longer arena, and everything of the arenas behind it, are durable before the pool is
/// marked. Otherwise finishing an interrupted growth would publish a map of garbage.</item>
/// <item>P2: the mark in the header is durable before the info block of the arena changes. Otherwise a torn info block could
/// stand in a pool that nothing says is growing, and the reference would take it for one that was never written.</item>
/// <item>P3: the info block is durable before the mark goes. Otherwise the same.</item>
/// <item>P4: the mark is gone before the call returns. Otherwise the reference would refuse a pool that was handed out as
/// grown, and the next growth could be taken for this one.</item>
/// </list>
/// </summary>
internal static class GrowthOrdering
{
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
    internal static readonly OrderingPoint P3 = new(Protocol, 3);
    internal static readonly OrderingPoint P4 = new(Protocol, 4);

    private const string Protocol = "GROWTH";
}
