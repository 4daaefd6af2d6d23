using System.Buffers.Binary;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks;

/// <summary>
/// Checks that every internal block of an arena is owned exactly once, by a map entry or by a lane, after the recovery
/// that the next open would do.
/// </summary>
internal static class ArenaOwnership<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const int BitsPerWord = 64;
    private const uint EntriesPerWindow = 1 << 16;

    /// <summary>Adds what is wrong to the findings.</summary>
    /// <returns>Map entries looked at.</returns>
    internal static long Check(TMedium medium, ArenaGeometry arena, long poolBlocks, FindingList findings)
    {
        ArenaFlog? flog = BttFlogReader<TMedium>.Read(medium, arena, poolBlocks, out PoolFinding? finding);
        findings.Add(finding);
        if (flog is null)
        {
            return 0;
        }

        findings.Add(flog.Unusable);
        var owned = new ulong[(arena.InternalBlocks + BitsPerWord - 1) / BitsPerWord];
        var completed = flog.Interrupted.ToDictionary(w => w.Lba, w => w.NewMap);
        OwnByMap(medium, arena, owned, completed, findings);
        if (flog.Unusable is null)
        {
            for (int lane = 0; lane < arena.Lanes; lane++)
            {
                uint free = flog.Lanes[lane].FreeBlock;
                Own(arena, owned, free, arena.FlogEntryOffset(lane, 0), "flog slot", (uint)lane, findings);
            }
        }

        ReportLost(arena, owned, findings);
        return arena.Lbas;
    }

    private static void OwnByMap(
        TMedium medium,
        ArenaGeometry arena,
        ulong[] owned,
        Dictionary<uint, BttMapEntry> completed,
        FindingList findings)
    {
        for (uint start = 0; start < arena.Lbas; start += EntriesPerWindow)
        {
            uint count = Math.Min(EntriesPerWindow, arena.Lbas - start);
            ReadOnlySpan<byte> window =
                medium.Window(arena.MapEntryOffset(start), (int)count * BttMapEntry.SizeBytes);
            for (uint lba = start; lba < start + count; lba++)
            {
                uint stored = BinaryPrimitives.ReadUInt32LittleEndian(window);
                window = window[BttMapEntry.SizeBytes..];
                BttMapEntry entry = completed.Count > 0 && completed.TryGetValue(lba, out BttMapEntry later)
                    ? later
                    : new BttMapEntry(stored).Normalized(lba);
                Own(arena, owned, entry.Block, arena.MapEntryOffset(lba), "map entry", lba, findings);
            }
        }
    }

    private static void Own(
        ArenaGeometry arena, ulong[] owned, uint block, long offset, string owner, uint index, FindingList findings)
    {
        if (block >= arena.InternalBlocks)
        {
            findings.Add(Damaged(
                arena,
                FormattableString.Invariant($"{owner} {index}"),
                offset,
                FormattableString.Invariant($"an internal block below {arena.InternalBlocks}"),
                FormattableString.Invariant($"{block}")));
            return;
        }

        ref ulong word = ref owned[block / BitsPerWord];
        ulong bit = 1UL << (int)(block % BitsPerWord);
        if ((word & bit) != 0)
        {
            findings.Add(Damaged(
                arena,
                FormattableString.Invariant($"{owner} {index}"),
                offset,
                "an internal block of its own",
                FormattableString.Invariant($"block {block}, which has another owner too")));
        }

        word |= bit;
    }

    private static void ReportLost(ArenaGeometry arena, ulong[] owned, FindingList findings)
    {
        long lost = 0;
        long first = -1;
        for (uint block = 0; block < arena.InternalBlocks; block++)
        {
            ulong word = owned[block / BitsPerWord];
            if (word == ulong.MaxValue)
            {
                block |= BitsPerWord - 1;
            }
            else if ((word & (1UL << (int)(block % BitsPerWord))) == 0)
            {
                first = lost == 0 ? block : first;
                lost++;
            }
        }

        if (lost > 0)
        {
            findings.Add(Damaged(
                arena,
                "map",
                arena.Map,
                "every internal block owned",
                FormattableString.Invariant($"{lost} without owner, the first is {first}")));
        }
    }

    private static PoolFinding Damaged(
        ArenaGeometry arena, string structure, long offset, string expected, string found) => new(
        PoolFindingKind.Corruption,
        FormattableString.Invariant($"arena {arena.Index} {structure}"),
        offset,
        expected,
        found,
        BttInfoValidator.RepairHint);
}
