using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// The crash argument of the block translation table. A write has three flush waves: P1 with P2, then P3, then P4; a
/// group of writes has P11 with P12, P13 and P14. Every other operation has its own points.
/// <list type="bullet">
/// <item>P1: the content is durable in a free block before the flog entry that names the block is active. Otherwise recovery could complete a
/// write whose content never arrived.</item>
/// <item>P2: lba and old entry of the flog entry are durable before the half that activates it. Otherwise recovery
/// could act on the lba of an older write. They are in the slot's older entry, which nobody looks at, so they need no
/// wait of their own: they are flushed with the content and drained by P1. Where the line orders the two halves
/// (<see cref="FlogEntryOrder.ByLine"/>) no flush is needed either.</item>
/// <item>P3: the flog entry is active before the map names the new block. Otherwise the new block could be in use and
/// free at once. From here on recovery completes the write.</item>
/// <item>P4: the map entry is durable before the lane's next write overwrites the flog entry that could repair it,
/// and before the call returns.</item>
/// <item>P5: a state change by set-zero or set-error is durable before the call returns; it is one map entry.</item>
/// <item>P6: a map entry completed by recovery is durable before the lane's flog entry can be overwritten.</item>
/// <item>P7: map and flog of a new arena are durable before its info block. Otherwise a valid info block could name
/// a flog of garbage.</item>
/// <item>P8: the info block is durable before its first eight bytes, which make it valid. A crash before leaves an arena
/// without layout.</item>
/// <item>P9: the valid info block is durable before the copy is begun, hence before any write to the arena. Otherwise an
/// acknowledged write could sit in a pool that looks empty.</item>
/// <item>P10: the copy of the info block is durable before the first write to the pool returns.</item>
/// <item>P11: as P1, for the contents of all blocks of a group.</item>
/// <item>P12: as P2, for all flog entries of a group. Entries are in slots of their own, so none waits for another.</item>
/// <item>P13: as P3, for all flog entries of a group. Blocks of a group are different blocks, so recovery may complete
/// any of them without the others.</item>
/// <item>P14: as P4, for all map entries of a group.</item>
/// </list>
/// </summary>
internal static class BttOrdering
{
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
    internal static readonly OrderingPoint P2 = new(Protocol, 2);
    internal static readonly OrderingPoint P3 = new(Protocol, 3);
    internal static readonly OrderingPoint P4 = new(Protocol, 4);
    internal static readonly OrderingPoint P5 = new(Protocol, 5);
    internal static readonly OrderingPoint P6 = new(Protocol, 6);
    internal static readonly OrderingPoint P7 = new(Protocol, 7);
    internal static readonly OrderingPoint P8 = new(Protocol, 8);
    internal static readonly OrderingPoint P9 = new(Protocol, 9);
    internal static readonly OrderingPoint P10 = new(Protocol, 10);
    internal static readonly OrderingPoint P11 = new(Protocol, 11);
    internal static readonly OrderingPoint P12 = new(Protocol, 12);
    internal static readonly OrderingPoint P13 = new(Protocol, 13);
    internal static readonly OrderingPoint P14 = new(Protocol, 14);

    private const string Protocol = "BTT";
}
