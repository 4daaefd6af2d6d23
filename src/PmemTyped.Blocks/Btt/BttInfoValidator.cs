using PmemTyped.Blocks.Layout;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Judges info blocks (block pool format, sections 7 and 11). A damaged one is reported and never taken for a pool
/// without layout, as the reference does.
/// </summary>
internal static class BttInfoValidator
{
    internal const string RepairHint = "Restore the pool from a copy, or repair it explicitly.";

    /// <summary>Whether an info block is sound and belongs to the pool.</summary>
    internal static bool IsValid(in BttInfoLayout info, Guid pool) =>
        info.HasSignature
        && info.ParentUuid == pool
        && info.Major != 0
        && info.Checksum == BttInfoLayout.ComputeChecksum(in info);

    internal static bool IsAllZero(in BttInfoLayout info) =>
        !Blittable.AsBytes(in info).ContainsAnyExcept((byte)0);

    /// <summary>What is wrong with an info block, in words.</summary>
    internal static string Describe(in BttInfoLayout info, Guid pool)
    {
        if (IsAllZero(in info))
        {
            return "all zero";
        }

        if (!info.HasSignature)
        {
            return "without its signature";
        }

        if (info.Checksum != BttInfoLayout.ComputeChecksum(in info))
        {
            return FormattableString.Invariant(
                $"with checksum 0x{info.Checksum:X16} instead of 0x{BttInfoLayout.ComputeChecksum(in info):X16}");
        }

        return info.ParentUuid != pool
            ? $"of another pool ({info.ParentUuid})"
            : FormattableString.Invariant($"of version {info.Major}.{info.Minor}");
    }

    /// <summary>Checks the numbers of a valid info block against each other and the pool.</summary>
    internal static PoolFinding? ExamineGeometry(
        in BttInfoLayout info, int index, long start, long poolBytes, int blockBytes)
    {
        if (info.ExternalBlockBytes != (uint)blockBytes)
        {
            return Contradiction(
                index, start + 56, $"block size {blockBytes}, as in the descriptor", $"{info.ExternalBlockBytes}");
        }

        long remaining = poolBytes - start;
        bool isOrdered = info.DataOffset >= BttInfoLayout.SizeBytes
            && info.MapOffset >= info.DataOffset
            && info.FlogOffset >= info.MapOffset
            && info.InfoOffset >= info.FlogOffset;
        if (!isOrdered || info.MapOffset % BttMapEntry.SizeBytes != 0 || info.FlogOffset % BttFlogLayout.SlotBytes != 0)
        {
            return Contradiction(
                index,
                start + 88,
                "data, map, flog and copy in this order",
                $"offsets 0x{info.DataOffset:X}, 0x{info.MapOffset:X}, 0x{info.FlogOffset:X}, 0x{info.InfoOffset:X}");
        }

        if (info.InfoOffset > remaining - BttInfoLayout.SizeBytes)
        {
            return Contradiction(
                index,
                start + 112,
                $"an arena inside the pool of {poolBytes} bytes",
                $"an arena that ends at byte {(UInt128)start + (ulong)info.InfoOffset + BttInfoLayout.SizeBytes}: the file was truncated");
        }

        return ExamineCounts(in info, index, start) ?? ExamineNext(in info, index, start, remaining);
    }

    internal static PoolFinding Damaged(int index, long offset, string expected, string found) =>
        new(PoolFindingKind.Corruption, $"arena {index} info block", offset, expected, found, RepairHint);

    private static PoolFinding? ExamineCounts(in BttInfoLayout info, int index, long start)
    {
        bool hasLanes = info.FreeBlocks is > 0 and <= BttGeometry.LanesPerArena
            && info.FreeBlocks * BttFlogLayout.SlotBytes <= info.InfoOffset - info.FlogOffset;
        bool hasBlocks = info.ExternalBlocks > 0
            && info.InternalBlocks <= BttMapEntry.BlockMask
            && info.InternalBlocks == (ulong)info.ExternalBlocks + info.FreeBlocks
            && (long)info.ExternalBlocks * BttMapEntry.SizeBytes <= info.FlogOffset - info.MapOffset;
        bool hasData = info.InternalBlockBytes >= info.ExternalBlockBytes
            && (Int128)info.InternalBlocks * info.InternalBlockBytes <= info.MapOffset - info.DataOffset;
        return hasLanes && hasBlocks && hasData
            ? null
            : Contradiction(
                index,
                start + 60,
                "block counts that fit the arena",
                $"{info.ExternalBlocks} of {info.InternalBlocks} blocks of {info.InternalBlockBytes} bytes, {info.FreeBlocks} free");
    }

    private static PoolFinding? ExamineNext(in BttInfoLayout info, int index, long start, long remaining)
    {
        bool isLast = info.NextOffset == 0;
        bool hasNext = info.NextOffset == BttGeometry.MaxArenaBytes
            && remaining - info.NextOffset >= BttGeometry.MinArenaBytes
            && info.InfoOffset < info.NextOffset;
        return isLast || hasNext
            ? null
            : Contradiction(
                index,
                start + 80,
                "0, or the distance to another arena inside the pool",
                $"0x{info.NextOffset:X}, with {remaining} bytes left: the file may be truncated");
    }

    private static PoolFinding Contradiction(
        int index, long offset, FormattableString expected, FormattableString found) =>
        Damaged(index, offset, FormattableString.Invariant(expected), FormattableString.Invariant(found));

    private static PoolFinding Contradiction(int index, long offset, string expected, FormattableString found) =>
        Damaged(index, offset, expected, FormattableString.Invariant(found));
}
