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
        var free = new HashSet<uint>(arena.Lanes);
        PoolFinding? unusable = null;
        for (int lane = 0; lane < arena.Lanes; lane++)
        {
            FlogVerdict verdict = Examine(medium, arena, lane, poolBlocks);
            finding = verdict.Forbids;
            if (finding is not null)
            {
                return null;
            }

            unusable ??= verdict.Unusable ?? ExamineShared(arena, lane, verdict.Lane, free);
            lanes[lane] = verdict.Lane;

            // Of several for one block the first counts: completing it makes the map entry before another one.
            if (verdict.Interrupted is { } write && interrupted.TrueForAll(earlier => earlier.Lba != write.Lba))
            {
                interrupted.Add(write);
            }
        }

        finding = null;
        return new ArenaFlog(lanes, interrupted, unusable);
    }

    /// <summary>Judges one slot.</summary>
    internal static FlogVerdict Examine(TMedium medium, ArenaGeometry arena, int lane, long poolBlocks)
    {
        FlogSlot slot = FlogSlot.Load(medium, arena, lane);
        PoolFinding? forbids =
            ExamineLba(arena, lane, 0, slot.First, poolBlocks) ?? ExamineLba(arena, lane, 1, slot.Second, poolBlocks);
        if (forbids is not null)
        {
            return new FlogVerdict(forbids, null, null, default, null);
        }

        int half = slot.CurrentHalf;
        if (half < 0)
        {
            PoolFinding unusable = Damaged(
                arena, lane, 0, "one current entry", FormattableString.Invariant($"two with sequence {slot.First.Sequence}"));
            return new FlogVerdict(null, unusable, null, default, null);
        }

        BttFlogLayout current = slot.Half(half);
        var oldMap = new BttMapEntry(current.OldMap);
        var newMap = new BttMapEntry(current.NewMap);
        bool isIdle = oldMap == newMap;
        PoolFinding? index = ExamineMapIndex(arena, lane, half, current.Lba);
        forbids = ExamineBlocks(arena, lane, half, oldMap, newMap) ?? (isIdle ? null : index);
        if (forbids is not null)
        {
            return new FlogVerdict(forbids, null, null, default, null);
        }

        var state = new FlogLane { FreeBlock = oldMap.Block, Sequence = current.Sequence, NextHalf = 1 - half };
        PoolFinding? implausible = index ?? ExamineNeverUsed(arena, lane, slot, oldMap, newMap);
        return new FlogVerdict(
            null, null, implausible, state, isIdle ? null : FindInterrupted(medium, arena, current));
    }

    // Both slots would write to the block, and the first of the two blocks would be lost.
    private static PoolFinding? ExamineShared(ArenaGeometry arena, int lane, in FlogLane state, HashSet<uint> free) =>
        free.Add(state.FreeBlock)
            ? null
            : Damaged(
                arena,
                lane,
                1 - state.NextHalf,
                "an internal block of its own",
                FormattableString.Invariant($"block {state.FreeBlock}, which another slot has too"));

    private static InterruptedWrite? FindInterrupted(TMedium medium, ArenaGeometry arena, BttFlogLayout current)
    {
        var oldMap = new BttMapEntry(current.OldMap);
        var newMap = new BttMapEntry(current.NewMap);
        BttMapEntry mapped =
            new BttMapEntry(medium.Load32(arena.MapEntryOffset(current.Lba))).Normalized(current.Lba);
        return mapped != newMap && mapped == oldMap ? new InterruptedWrite(current.Lba, newMap) : null;
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

    // A write always moves a block, so the same block before and after is the mark of a lane that has never written. The
    // other half may hold the beginning of a write that a crash interrupted before it was activated.
    private static PoolFinding? ExamineNeverUsed(
        ArenaGeometry arena, int lane, FlogSlot slot, BttMapEntry oldMap, BttMapEntry newMap)
    {
        bool isUsed = oldMap.Block != newMap.Block;
        bool isPristine = slot.First.Sequence == 1 && slot.Second.Sequence == 0;
        return isUsed || isPristine
            ? null
            : Damaged(
                arena,
                lane,
                0,
                "two internal blocks, or a slot that was never written",
                FormattableString.Invariant($"block {oldMap.Block} twice in a slot that was written"));
    }

    private static PoolFinding Damaged(ArenaGeometry arena, int lane, int half, string expected, string found) => new(
        PoolFindingKind.Corruption,
        FormattableString.Invariant($"arena {arena.Index} flog slot {lane}"),
        arena.FlogEntryOffset(lane, half),
        expected,
        found,
        BttInfoValidator.RepairHint);
}
