using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Finds the arenas of a pool (block pool format, section 11). Reads only. "No layout yet" is accepted only where
/// nothing can have been written; everything else that is not valid is a finding.
/// </summary>
internal static class BttLayoutReader<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Reads the layout.</summary>
    /// <param name="medium">The pool.</param>
    /// <param name="pool">Identity of the pool.</param>
    /// <param name="blockBytes">Block size of the descriptor.</param>
    /// <param name="isZeroed">Whether the file was known to be zero when the pool was made.</param>
    /// <param name="finding">What forbids opening, or null.</param>
    internal static BttLayout? Read(
        TMedium medium, Guid pool, int blockBytes, bool isZeroed, out PoolFinding? finding)
    {
        ArenaGeometry[]? planned = BttGeometry.Plan(medium.LengthBytes, blockBytes);
        if (planned is null)
        {
            finding = new PoolFinding(
                PoolFindingKind.Corruption,
                "block size",
                BlockDescriptorLayout.FileOffset,
                "a size of which every arena holds 512 blocks",
                FormattableString.Invariant($"{blockBytes}, in a pool of {medium.LengthBytes} bytes"),
                BttInfoValidator.RepairHint);
            return null;
        }

        var found = new List<ArenaGeometry>();
        var errored = new List<int>();
        long start = BttGeometry.FirstArena;
        while (true)
        {
            BttInfoLayout info = LoadInfo(medium, start);
            if (!BttInfoValidator.IsValid(in info, pool))
            {
                finding = ExamineMissing(medium, pool, isZeroed, in info, planned, found);
                return finding is null ? new BttLayout(false, planned, []) : null;
            }

            finding = BttInfoValidator.ExamineGeometry(in info, found.Count, start, medium.LengthBytes, blockBytes);
            if (finding is not null)
            {
                return null;
            }

            if ((info.Flags & BttInfoLayout.ErrorFlag) != 0)
            {
                errored.Add(found.Count);
            }

            found.Add(ToGeometry(in info, found.Count, start));
            if (info.NextOffset == 0)
            {
                return new BttLayout(true, [.. found], errored);
            }

            start += info.NextOffset;
        }
    }

    internal static BttInfoLayout LoadInfo(TMedium medium, long offset) =>
        Blittable.Read<BttInfoLayout>(medium.Window(offset, BttInfoLayout.SizeBytes));

    /// <summary>The geometry that an info block tells.</summary>
    internal static ArenaGeometry ToGeometry(in BttInfoLayout info, int index, long start) => new(
        index,
        start,
        (int)info.ExternalBlockBytes,
        info.ExternalBlocks,
        info.InternalBlockBytes,
        info.InternalBlocks,
        (int)info.FreeBlocks,
        start + info.DataOffset,
        start + info.MapOffset,
        start + info.FlogOffset,
        start + info.InfoOffset,
        info.NextOffset);

    // An arena without a valid info block is harmless only while the layout is being written, because no write can
    // come before its end. That leaves traces: the copy is not there yet, no arena behind is there, and the flogs, its
    // own included, have never been used.
    private static PoolFinding? ExamineMissing(
        TMedium medium,
        Guid pool,
        bool isZeroed,
        in BttInfoLayout info,
        ArenaGeometry[] planned,
        List<ArenaGeometry> found)
    {
        int index = found.Count;
        if (index >= planned.Length)
        {
            return BttInfoValidator.Damaged(
                index, found[^1].Start + found[^1].NextDistance, "a valid info block", BttInfoValidator.Describe(in info, pool));
        }

        ArenaGeometry arena = planned[index];
        if (FindValidCopy(medium, pool, in info, arena) is { } copyOffset)
        {
            return BttInfoValidator.Damaged(
                index,
                arena.Start,
                FormattableString.Invariant($"valid, as is its copy at 0x{copyOffset:X}"),
                BttInfoValidator.Describe(in info, pool));
        }

        BttInfoLayout copy = LoadInfo(medium, arena.InfoCopy);
        bool isUntouched = BttInfoValidator.IsAllZero(in info) && (!isZeroed || BttInfoValidator.IsAllZero(in copy));
        bool isInterrupted = info.SignatureLow == 0 && !BttInfoValidator.IsAllZero(in info);
        bool isOlderContent = !isZeroed && !info.HasSignature && info.ParentUuid != pool;
        if (!isUntouched && !isInterrupted && !isOlderContent)
        {
            return BttInfoValidator.Damaged(
                index, arena.Start, "a valid info block, or none", BttInfoValidator.Describe(in info, pool));
        }

        bool isFirstMissing = planned.Skip(index + 1).All(a => !HasValidInfo(medium, a, pool))
            && found.All(a => IsFlogUnused(medium, a))
            && (!isZeroed || IsFlogBlankOrUnused(medium, arena));
        return isFirstMissing
            ? null
            : BttInfoValidator.Damaged(
                index, arena.Start, "a valid info block, because blocks were written already", BttInfoValidator.Describe(in info, pool));
    }

    // The copy is at the end of the arena as it was laid out, which is not where the plan puts it when the file was
    // resized since; then the damaged block may still say where.
    private static long? FindValidCopy(TMedium medium, Guid pool, in BttInfoLayout info, ArenaGeometry arena)
    {
        BttInfoLayout planned = LoadInfo(medium, arena.InfoCopy);
        if (BttInfoValidator.IsValid(in planned, pool))
        {
            return arena.InfoCopy;
        }

        long last = medium.LengthBytes - BttInfoLayout.SizeBytes - arena.Start;
        if (info.InfoOffset is < BttInfoLayout.SizeBytes || info.InfoOffset > last)
        {
            return null;
        }

        BttInfoLayout claimed = LoadInfo(medium, arena.Start + info.InfoOffset);
        return BttInfoValidator.IsValid(in claimed, pool) ? arena.Start + info.InfoOffset : null;
    }

    private static bool HasValidInfo(TMedium medium, ArenaGeometry arena, Guid pool)
    {
        BttInfoLayout info = LoadInfo(medium, arena.Start);
        BttInfoLayout copy = LoadInfo(medium, arena.InfoCopy);
        return BttInfoValidator.IsValid(in info, pool) || BttInfoValidator.IsValid(in copy, pool);
    }

    // The flog is written first, so it may be there in part, in whole, or not at all; a used lane looks different.
    private static bool IsFlogBlankOrUnused(TMedium medium, ArenaGeometry arena)
    {
        for (int lane = 0; lane < arena.Lanes; lane++)
        {
            if (!FlogSlot.Load(medium, arena, lane).IsBlankOrPartOf(FlogSlot.Initial(arena, lane)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFlogUnused(TMedium medium, ArenaGeometry arena)
    {
        for (int lane = 0; lane < arena.Lanes; lane++)
        {
            FlogSlot slot = FlogSlot.Load(medium, arena, lane);
            if (slot != FlogSlot.Initial(arena, lane))
            {
                return false;
            }
        }

        return true;
    }
}
