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
internal sealed class ArenaOwnership<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const int BitsPerWord = 64;
    private const uint EntriesPerWindow = 1 << 16;

    private readonly TMedium _medium;
    private readonly ArenaGeometry _arena;
    private readonly FindingList _findings;
    private readonly ArenaDefects? _defects;
    private readonly ulong[] _owned;

    internal ArenaOwnership(TMedium medium, ArenaGeometry arena, FindingList findings, ArenaDefects? defects = null)
    {
        _medium = medium;
        _arena = arena;
        _findings = findings;
        _defects = defects;
        _owned = new ulong[(arena.InternalBlocks + BitsPerWord - 1) / BitsPerWord];
    }

    /// <summary>Adds what is wrong to the findings.</summary>
    /// <param name="poolBlocks">Blocks of the whole pool.</param>
    /// <param name="progress">Receives how many more map entries were looked at, or null.</param>
    /// <returns>Map entries looked at.</returns>
    internal long Check(long poolBlocks, Action<long>? progress = null)
    {
        var lanes = new FlogLane?[_arena.Lanes];
        var completed = new Dictionary<uint, BttMapEntry>();
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            FlogVerdict verdict = BttFlogReader<TMedium>.Examine(_medium, _arena, lane, poolBlocks);
            if (verdict.Finding is { } finding)
            {
                _findings.Add(finding);
                _defects?.AddFlogSlot(lane);
                continue;
            }

            lanes[lane] = verdict.Lane;
            if (verdict.Interrupted is { } write)
            {
                _ = completed.TryAdd(write.Lba, write.NewMap);
                _defects?.Completed.Add(write.Lba);
            }
        }

        OwnByMap(completed, progress);
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            if (lanes[lane] is { } good && !TryOwn(good.FreeBlock))
            {
                ReportNotOwned(good.FreeBlock, _arena.FlogEntryOffset(lane, 0), "flog slot", (uint)lane);
                _defects?.AddFlogSlot(lane);
            }
        }

        ReportLost();
        return _arena.Lbas;
    }

    private void OwnByMap(Dictionary<uint, BttMapEntry> completed, Action<long>? progress)
    {
        for (uint start = 0; start < _arena.Lbas; start += EntriesPerWindow)
        {
            uint count = Math.Min(EntriesPerWindow, _arena.Lbas - start);
            uint next = Math.Min(EntriesPerWindow, _arena.Lbas - start - count);
            _medium.Preload(_arena.MapEntryOffset(start), (long)(count + next) * BttMapEntry.SizeBytes);
            ReadOnlySpan<byte> window =
                _medium.Window(_arena.MapEntryOffset(start), (int)count * BttMapEntry.SizeBytes);
            for (uint lba = start; lba < start + count; lba++)
            {
                uint stored = BinaryPrimitives.ReadUInt32LittleEndian(window);
                window = window[BttMapEntry.SizeBytes..];
                BttMapEntry entry = completed.Count > 0 && completed.TryGetValue(lba, out BttMapEntry later)
                    ? later
                    : new BttMapEntry(stored).Normalized(lba);
                if (!TryOwn(entry.Block))
                {
                    ReportNotOwned(entry.Block, _arena.MapEntryOffset(lba), "map entry", lba);
                    _defects?.AddMapEntry(lba);
                }
            }

            progress?.Invoke(count);
        }
    }

    private bool TryOwn(uint block)
    {
        if (block >= _arena.InternalBlocks)
        {
            return false;
        }

        ref ulong word = ref _owned[block / BitsPerWord];
        ulong bit = 1UL << (int)(block % BitsPerWord);
        bool isFree = (word & bit) == 0;
        word |= bit;
        return isFree;
    }

    private void ReportNotOwned(uint block, long offset, string owner, uint index)
    {
        bool exists = block < _arena.InternalBlocks;
        if (exists)
        {
            _defects?.AddShared(block);
        }

        _findings.Add(Damaged(
            FormattableString.Invariant($"{owner} {index}"),
            offset,
            exists
                ? "an internal block of its own"
                : FormattableString.Invariant($"an internal block below {_arena.InternalBlocks}"),
            exists
                ? FormattableString.Invariant($"block {block}, which has another owner too")
                : FormattableString.Invariant($"{block}")));
    }

    private void ReportLost()
    {
        long lost = 0;
        long first = -1;
        for (uint block = 0; block < _arena.InternalBlocks; block++)
        {
            ulong word = _owned[block / BitsPerWord];
            if (word == ulong.MaxValue)
            {
                block |= BitsPerWord - 1;
            }
            else if ((word & (1UL << (int)(block % BitsPerWord))) == 0)
            {
                first = lost == 0 ? block : first;
                lost++;
                _defects?.AddLost(block);
            }
        }

        if (lost > 0)
        {
            _findings.Add(Damaged(
                "map",
                _arena.Map,
                "every internal block owned",
                FormattableString.Invariant($"{lost} without owner, the first is {first}")));
        }
    }

    private PoolFinding Damaged(string structure, long offset, string expected, string found) => new(
        PoolFindingKind.Corruption,
        FormattableString.Invariant($"arena {_arena.Index} {structure}"),
        offset,
        expected,
        found,
        BttInfoValidator.RepairHint);
}
