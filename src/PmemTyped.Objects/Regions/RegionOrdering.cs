using PmemTyped.Mapping;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// The crash argument of what a region does outside of transactions: it is made, it learns of types, it gives chunks to
/// types.
/// <list type="bullet">
/// <item>P1: cleared tables, the first types and the root are durable before the header that makes them a region.
/// Otherwise a sound header could stand before tables of garbage.</item>
/// <item>P2: the header is durable before the region is handed out. Otherwise acknowledged work could be in a file that is
/// no region.</item>
/// <item>P3: a type entry is durable behind its magic before the magic. Otherwise a crash would leave an entry that looks
/// damaged.</item>
/// <item>P4: the magic of a type entry is durable before a chunk or an array is given to the type. Otherwise a chunk could
/// hold objects of a type that nobody knows.</item>
/// <item>P5: the cleared bitmap of a chunk is durable before the entry that gives the chunk to a type. Otherwise bytes that
/// were left there would count as objects, which nobody could ever free.</item>
/// <item>P6: the entry of a chunk is durable before a slot of it is handed out. Otherwise a committed object could sit in a
/// chunk that counts as free.</item>
/// </list>
/// </summary>
internal static class RegionOrdering
{
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
    internal static readonly OrderingPoint P3 = new(Protocol, 3);
    internal static readonly OrderingPoint P4 = new(Protocol, 4);
    internal static readonly OrderingPoint P5 = new(Protocol, 5);
    internal static readonly OrderingPoint P6 = new(Protocol, 6);

    private const string Protocol = "REGION";
}
