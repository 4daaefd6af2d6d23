using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks;

/// <summary>
/// Checks a pool without changing it: headers, info blocks and their copies, flog, and that every internal block is
/// owned exactly once (block pool format, sections 12.5 and 14).
/// </summary>
internal static class BlockPoolChecker<TMedium>
    where TMedium : struct, IPmemMedium
{
    internal static BlockPoolReport Check(TMedium medium, string path, ShutdownIdentity? current)
    {
        var findings = new FindingList();
        BttLayout? layout = CheckHeaders(medium, path, current, findings);
        long blocks = 0;
        if (layout is { IsWritten: true })
        {
            foreach (ArenaGeometry arena in layout.Arenas)
            {
                CheckCopy(medium, arena, findings);
                blocks += ArenaOwnership<TMedium>.Check(medium, arena, layout.Blocks, findings);
            }
        }

        return new BlockPoolReport(path, layout is { IsWritten: true }, blocks, findings.Listed, findings.Count);
    }

    private static BttLayout? CheckHeaders(
        TMedium medium, string path, ShutdownIdentity? current, FindingList findings)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        if (PartHeader.Examine(in header, BlockPoolCore<TMedium>.Signature) is { } wrong)
        {
            findings.Add(wrong);
            return null;
        }

        findings.Add(ShutdownState.Examine(in header, current));
        findings.Add(ExamineUnusedShutdownState(in header));
        uint blockBytes = medium.Load32(BlockDescriptorLayout.FileOffset);
        if (blockBytes is 0 or > int.MaxValue)
        {
            findings.Add(new PoolFinding(
                PoolFindingKind.Corruption,
                "block size",
                BlockDescriptorLayout.FileOffset,
                FormattableString.Invariant($"1 to {int.MaxValue}"),
                FormattableString.Invariant($"{blockBytes}"),
                BttInfoValidator.RepairHint));
            return null;
        }

        BttIdentity identity = BlockPoolCore<TMedium>.ReadIdentity(medium, path, in header);
        BttLayout? layout = BttLayoutReader<TMedium>.Read(
            medium, identity.Pool, identity.BlockBytes, identity.IsZeroed, out PoolFinding? finding);
        findings.Add(finding);
        return layout;
    }

    private static PoolFinding? ExamineUnusedShutdownState(in PartHeaderLayout header)
    {
        ShutdownStateLayout state = header.ShutdownState;
        bool isUsed = ((PoolFeatures)header.Incompat).HasFlag(PoolFeatures.ShutdownState);
        return isUsed || !Blittable.AsBytes(in state).ContainsAnyExcept((byte)0)
            ? null
            : new PoolFinding(
                PoolFindingKind.Corruption,
                "shutdown state",
                PartHeaderLayout.ShutdownStateOffset,
                "all zero, because the feature is off",
                "in use",
                BttInfoValidator.RepairHint);
    }

    // The reference accepts any sound block here; ours has to agree with the first one as well.
    private static void CheckCopy(TMedium medium, ArenaGeometry arena, FindingList findings)
    {
        ReadOnlySpan<byte> info = medium.Window(arena.Start, BttInfoLayout.SizeBytes);
        ReadOnlySpan<byte> copy = medium.Window(arena.InfoCopy, BttInfoLayout.SizeBytes);
        if (!info.SequenceEqual(copy))
        {
            findings.Add(new PoolFinding(
                PoolFindingKind.Corruption,
                FormattableString.Invariant($"arena {arena.Index} info block copy"),
                arena.InfoCopy,
                FormattableString.Invariant($"the bytes of the block at 0x{arena.Start:X}"),
                "different",
                "The pool works without it; repair it explicitly before the first block is damaged too."));
        }
    }
}
