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
    /// <summary>Checks the pool.</summary>
    /// <param name="medium">The pool.</param>
    /// <param name="path">Its name.</param>
    /// <param name="current">Identity of the devices below, null when it is not known.</param>
    /// <param name="known">A finding about the file around the pool, or null.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1, or null.</param>
    /// <param name="isSet">Whether it is the pool of a set file, whose headers were compared already.</param>
    internal static BlockPoolReport Check(
        TMedium medium,
        string path,
        ShutdownIdentity? current,
        PoolFinding? known = null,
        IProgress<double>? progress = null,
        bool isSet = false)
    {
        var findings = new FindingList();
        findings.Add(known);
        BttLayout? layout = CheckHeaders(medium, path, current, findings, isSet);
        long blocks = 0;
        if (layout is { IsWritten: true })
        {
            long looked = 0;
            foreach (ArenaGeometry arena in layout.Arenas)
            {
                CheckFlags(arena, layout, findings);
                CheckCopy(medium, arena, findings);
                CheckEnd(medium, arena, findings);
                blocks += new ArenaOwnership<TMedium>(medium, arena, findings).Check(
                    layout.Blocks, entries => progress?.Report((double)(looked += entries) / layout.Blocks));
            }
        }

        return new BlockPoolReport(path, layout is { IsWritten: true }, blocks, findings.Listed, findings.Count);
    }

    private static BttLayout? CheckHeaders(
        TMedium medium, string path, ShutdownIdentity? current, FindingList findings, bool isSet)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        if (PartHeader.Examine(in header, BlockPoolCore<TMedium>.Signature, isSet) is { } wrong)
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

    // A flag that libraries leave behind when they could not store a map entry; nothing else tells of it.
    private static void CheckFlags(ArenaGeometry arena, BttLayout layout, FindingList findings)
    {
        if (layout.ErroredArenas.Contains(arena.Index))
        {
            findings.Add(BttInfoValidator.Damaged(
                arena.Index,
                arena.Start + BttInfoLayout.FlagsOffset,
                "free of the error flag",
                "flagged by an earlier failure, so that writes are refused"));
        }
    }

    // The reference looks for the copy at the end of the file, wherever the block says that it is.
    private static void CheckEnd(TMedium medium, ArenaGeometry arena, FindingList findings)
    {
        long end = BttGeometry.InfoCopyAtEnd(arena.Start, medium.LengthBytes);
        if (end == arena.InfoCopy)
        {
            return;
        }

        BttInfoLayout last = BttLayoutReader<TMedium>.LoadInfo(medium, end);
        if (!last.HasSignature || last.Checksum != BttInfoLayout.ComputeChecksum(in last))
        {
            findings.Add(new PoolFinding(
                PoolFindingKind.Corruption,
                FormattableString.Invariant($"arena {arena.Index} end"),
                end,
                FormattableString.Invariant(
                    $"at byte {arena.InfoCopy + BttInfoLayout.SizeBytes}, with a copy of the info block"),
                FormattableString.Invariant($"{medium.LengthBytes} bytes: the file has grown"),
                "The pool works, but pmempool looks for the copy at the end; let the pool grow, cut the file back, or repair it explicitly."));
        }
    }
}
