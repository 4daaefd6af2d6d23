using System.Buffers.Binary;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// Gives every internal block of an arena one owner again. Free blocks have no content, so when the map is intact a flog
/// slot may take any block without owner, and the result is certain. A wrong map entry takes one too, but its content is
/// lost: the block is marked bad, as is every block that it shared an internal block with.
/// </summary>
internal static class OwnershipRepair<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>The changes of maps and flogs, arena by arena; nothing where an arena cannot be read or is ruined.</summary>
    internal static IEnumerable<BlockPoolChange> Find(TMedium medium)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        uint blockBytes = medium.Load32(BlockDescriptorLayout.FileOffset);
        if (blockBytes is 0 or > int.MaxValue)
        {
            return [];
        }

        BttLayout? layout =
            BttLayoutReader<TMedium>.Read(medium, header.PoolSetUuid, (int)blockBytes, isZeroed: true, out _);
        return layout is { IsWritten: true } ? layout.Arenas.SelectMany(a => Find(medium, a, layout.Blocks)) : [];
    }

    private static List<BlockPoolChange> Find(TMedium medium, ArenaGeometry arena, long poolBlocks)
    {
        var changes = new List<BlockPoolChange>();
        var defects = new ArenaDefects();
        new ArenaOwnership<TMedium>(medium, arena, new FindingList(), defects).Check(poolBlocks);
        bool isComplete = defects.LostBlocks.Count == defects.MapEntries.Count + defects.FlogSlots.Count;
        if (defects.IsOverflowing || !isComplete)
        {
            return changes;
        }

        // The marks come first: once a block has its twin no longer, nothing else says that its content is doubtful.
        List<uint> holders = FindHolders(medium, arena, defects);
        bool isMapIntact = defects.MapEntries.Count == 0 && holders.Count == 0;
        changes.AddRange(holders.Select(lba => MarkBad(medium, arena, lba)));
        Queue<uint> lost = new(defects.LostBlocks);
        changes.AddRange(defects.MapEntries.Select(lba => GiveToMap(medium, arena, lba, lost.Dequeue())));
        changes.AddRange(defects.FlogSlots.Select(lane => GiveToLane(medium, arena, lane, lost.Dequeue(), isMapIntact)));
        return changes;
    }

    // The first map entry of each block that several owners name.
    private static List<uint> FindHolders(TMedium medium, ArenaGeometry arena, ArenaDefects defects)
    {
        var holders = new List<uint>();
        var wanted = new HashSet<uint>(defects.SharedBlocks);
        for (uint lba = 0; lba < arena.Lbas && wanted.Count > 0; lba++)
        {
            BttMapEntry entry = Load(medium, arena, lba).Normalized(lba);
            if (!defects.Completed.Contains(lba) && wanted.Remove(entry.Block))
            {
                holders.Add(lba);
            }
        }

        return holders;
    }

    private static BlockPoolChange MarkBad(TMedium medium, ArenaGeometry arena, uint lba)
    {
        BttMapEntry entry = Load(medium, arena, lba).Normalized(lba);
        return MapChange(
            medium,
            arena,
            lba,
            entry.WithState(BlockState.Error),
            FormattableString.Invariant($"marked bad, because another owner names internal block {entry.Block} too"));
    }

    private static BlockPoolChange GiveToMap(TMedium medium, ArenaGeometry arena, uint lba, uint block) => MapChange(
        medium,
        arena,
        lba,
        BttMapEntry.Make(block, BlockState.Error),
        FormattableString.Invariant($"internal block {block}, which had no owner; marked bad"));

    private static BlockPoolChange MapChange(
        TMedium medium, ArenaGeometry arena, uint lba, BttMapEntry entry, string restored)
    {
        byte[] bytes = new byte[BttMapEntry.SizeBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, entry.Value);
        return BlockPoolChange.Of(
            FormattableString.Invariant($"arena {arena.Index} map entry {lba}"),
            arena.MapEntryOffset(lba),
            bytes,
            FormattableString.Invariant($"0x{Load(medium, arena, lba).Value:X8}"),
            restored,
            isCertain: false);
    }

    private static BlockPoolChange GiveToLane(
        TMedium medium, ArenaGeometry arena, int lane, uint block, bool isMapIntact)
    {
        BttMapEntry free = BttMapEntry.Make(block, BlockState.Error);
        var first = new BttFlogLayout { Lba = (uint)lane, OldMap = free.Value, NewMap = free.Value, Sequence = 1 };
        byte[] bytes = new byte[2 * BttFlogLayout.SizeBytes];
        Blittable.AsBytes(in first).CopyTo(bytes);
        ReadOnlySpan<byte> found = medium.Window(arena.FlogEntryOffset(lane, 0), bytes.Length);
        BlockPoolChange change = BlockPoolChange.Of(
            FormattableString.Invariant($"arena {arena.Index} flog slot {lane}"),
            arena.FlogEntryOffset(lane, 0),
            bytes,
            Convert.ToHexStringLower(found),
            FormattableString.Invariant($"a slot that was never written, with internal block {block}, which had no owner"),
            isMapIntact);
        return change with { IsFlogSlot = true };
    }

    private static BttMapEntry Load(TMedium medium, ArenaGeometry arena, uint lba) =>
        new(medium.Load32(arena.MapEntryOffset(lba)));
}
