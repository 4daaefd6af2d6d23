using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Reads the flog of an arena: the free block of every lane, and the writes that a crash interrupted between flog and
/// map (block pool format, section 11). Reads only; <see cref="BttRecovery{TMedium}"/> completes the writes.
/// </summary>
internal static class BttFlogReader<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Reads the flog.</summary>
    /// <param name="medium">The pool.</param>
    /// <param name="arena">The arena.</param>
    /// <param name="poolBlocks">Blocks of the whole pool: the bound that the format sets for an lba.</param>
    /// <param name="finding">What forbids opening, or null.</param>
    internal static ArenaFlog? Read(
        TMedium medium, ArenaGeometry arena, long poolBlocks, out PoolFinding? finding)
    {
        var lanes = new FlogLane[arena.Lanes];
        var interrupted = new List<InterruptedWrite>();
        PoolFinding? unusable = null;
        for (int lane = 0; lane < arena.Lanes; lane++)
        {
            FlogSlot slot = FlogSlot.Load(medium, arena, lane);
            finding = ExamineLba(arena, lane, 0, slot.First, poolBlocks) ?? ExamineLba(arena, lane, 1, slot.Second, poolBlocks);
            if (finding is not null)
            {
                return null;
            }

            int half = slot.CurrentHalf;
            if (half < 0)
            {
                unusable ??= Damaged(
                    arena, lane, 0, "one current entry", FormattableString.Invariant($"two with sequence {slot.First.Sequence}"));
                continue;
            }

            BttFlogLayout current = slot.Half(half);
            var oldMap = new BttMapEntry(current.OldMap);
            var newMap = new BttMapEntry(current.NewMap);
            finding = ExamineBlocks(arena, lane, half, oldMap, newMap);
            if (finding is not null)
            {
                return null;
            }

            lanes[lane] = new FlogLane { FreeBlock = oldMap.Block, Sequence = current.Sequence, NextHalf = 1 - half };
            if (oldMap == newMap)
            {
                continue;
            }

            finding = ExamineMapIndex(arena, lane, half, current.Lba);
            if (finding is not null)
            {
                return null;
            }

            BttMapEntry mapped =
                new BttMapEntry(medium.Load32(arena.MapEntryOffset(current.Lba))).Normalized(current.Lba);
            if (mapped != newMap && mapped == oldMap)
            {
                interrupted.Add(new InterruptedWrite(current.Lba, newMap));
            }
        }

        finding = null;
        return new ArenaFlog(lanes, interrupted, unusable);
    }

    private static PoolFinding? ExamineLba(
        ArenaGeometry arena, int lane, int half, BttFlogLayout entry, long poolBlocks) =>
        entry.Lba < poolBlocks
            ? null
            : Damaged(
                arena,
                lane,
                half,
                FormattableString.Invariant($"a block number below {poolBlocks}"),
                FormattableString.Invariant($"{entry.Lba}"));

    private static PoolFinding? ExamineMapIndex(ArenaGeometry arena, int lane, int half, uint lba) =>
        lba < arena.Lbas
            ? null
            : Damaged(
                arena,
                lane,
                half,
                FormattableString.Invariant($"a block number below {arena.Lbas}, the size of the arena"),
                FormattableString.Invariant($"{lba}"));

    // The reference does not look at these; a free block outside the arena would be written to by the next write.
    private static PoolFinding? ExamineBlocks(
        ArenaGeometry arena, int lane, int half, BttMapEntry oldMap, BttMapEntry newMap) =>
        oldMap.Block < arena.InternalBlocks && newMap.Block < arena.InternalBlocks
            ? null
            : Damaged(
                arena,
                lane,
                half,
                FormattableString.Invariant($"internal blocks below {arena.InternalBlocks}"),
                FormattableString.Invariant($"{oldMap.Block} and {newMap.Block}"));

    private static PoolFinding Damaged(ArenaGeometry arena, int lane, int half, string expected, string found) => new(
        PoolFindingKind.Corruption,
        FormattableString.Invariant($"arena {arena.Index} flog slot {lane}"),
        arena.FlogEntryOffset(lane, half),
        expected,
        found,
        BttInfoValidator.RepairHint);
}
