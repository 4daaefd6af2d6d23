using PmemTyped.Blocks.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>What the flog of an arena says at open.</summary>
/// <param name="Lanes">State of every lane.</param>
/// <param name="Interrupted">Writes whose flog entry is active but whose map entry is still the old one.</param>
/// <param name="Unusable">Why writes to the arena must be refused, or null.</param>
internal sealed record ArenaFlog(
    FlogLane[] Lanes, IReadOnlyList<InterruptedWrite> Interrupted, PoolFinding? Unusable);

/// <summary>A write that recovery completes with one map entry.</summary>
/// <param name="Lba">The block, relative to the arena.</param>
/// <param name="NewMap">The entry that the map should hold.</param>
internal readonly record struct InterruptedWrite(uint Lba, BttMapEntry NewMap);
