using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Tests;

/// <summary>A pool of the smallest size with one lane, whose every byte and flush can be looked at.</summary>
internal sealed class RecordedPool
{
    internal const int BlockBytes = 512;

    private readonly FlogEntryOrder _order;

    private RecordedPool(StoreLog log, FlogEntryOrder order)
    {
        Log = log;
        _order = order;
        Core = BlockPoolCore<RecordingMedium>.Open(
            log.Medium, "recorded pool", BlockBytes, new ShutdownIdentity(0, 0), lanes: 1, order);
    }

    internal static ArenaGeometry Arena { get; } = BttGeometry.Plan(BlockPool.MinPoolBytes, BlockBytes)!.Single();

    internal StoreLog Log { get; }

    internal BlockPoolCore<RecordingMedium> Core { get; }

    internal BlockTranslationTable<RecordingMedium> Table => Core.Table;

    internal static RecordedPool Create(
        StoreGranularity granularity = StoreGranularity.CacheLine, FlogEntryOrder order = FlogEntryOrder.ByDrain)
    {
        var log = new StoreLog(new byte[BlockPool.MinPoolBytes], granularity);
        BlockPoolCore<RecordingMedium>.Create(log.Medium, new BlockPoolFormat(BlockBytes, true, 1, default));
        return new RecordedPool(log, order);
    }

    internal RecordedPool Reopen() => new(Log, _order);

    internal uint MapEntry(uint lba) => Log.Medium.Load32(Arena.MapEntryOffset(lba));

    internal void SetMapEntry(uint lba, uint value) => Log.Medium.Store32(Arena.MapEntryOffset(lba), value);

    /// <summary>A flog entry as the tables of the format show it: lba, old map, new map, sequence.</summary>
    internal string FlogEntry(int half)
    {
        BttFlogLayout entry = FlogSlot.Load(Log.Medium, Arena, 0).Half(half);
        return FormattableString.Invariant($"{entry.Lba:X}, {entry.OldMap:X8}, {entry.NewMap:X8}, {entry.Sequence}");
    }

    internal static byte[] Content(byte value)
    {
        byte[] content = new byte[BlockBytes];
        Array.Fill(content, value);
        return content;
    }

    /// <summary>Writes blocks as one batch, each with the content of its position, counted from a first one.</summary>
    internal void WriteMany(byte first, params long[] blocks) => Table.WriteMany(
        blocks, new ContiguousContents([.. blocks.SelectMany((_, i) => Content((byte)(first + i)))], BlockBytes));

    internal byte[] Read(long lba, out BlockState state)
    {
        byte[] content = Content(0xEE);
        state = Table.Read(lba, content);
        return content;
    }
}
