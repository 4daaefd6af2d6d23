using PmemTyped.Mapping;

namespace PmemTyped.Blocks;

/// <summary>
/// The crash argument of making a pool, of its application area and of its features.
/// <list type="bullet">
/// <item>P1: descriptor, application area and cleared info blocks are durable before the pool header. Otherwise a valid
/// header could stand before a block size of garbage.</item>
/// <item>P2: the header is durable before create returns. Otherwise a pool that was handed out could be no pool.</item>
/// <item>P3: the application area is durable from its ninth byte on before its first eight bytes, which make it count.
/// Otherwise half a description could count.</item>
/// <item>P4: these eight bytes are durable before the call returns.</item>
/// <item>P5: a header with other features is durable before the call returns. Otherwise the pool could go on with the old
/// ones, and a program that cannot read the new ones would not be kept out. Old and new words differ in one checksum each,
/// so a repair knows which of both a torn header was.</item>
/// <item>P6: what was written into the application area is retracted before something else is written there. Otherwise its
/// first eight bytes could make half of the new bytes count.</item>
/// </list>
/// </summary>
internal static class PoolOrdering
{
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
    internal static readonly OrderingPoint P3 = new(Protocol, 3);
    internal static readonly OrderingPoint P4 = new(Protocol, 4);
    internal static readonly OrderingPoint P5 = new(Protocol, 5);
    internal static readonly OrderingPoint P6 = new(Protocol, 6);

    private const string Protocol = "POOL";
}
