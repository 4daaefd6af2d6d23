using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;

namespace PmemTyped.Blocks;

/// <summary>
/// Counts what this process does to write blocks, for System.Diagnostics.Metrics and whatever collects from it. All
/// instruments are of the whole process and carry no tags. Writes that failed are not counted. While nobody listens they
/// cost one predictable check for each write; neither way allocates. Threads: safe.
/// <list type="table">
/// <listheader><term>Instrument</term><description>Unit and meaning</description></listheader>
/// <item><term>pmemtyped.blocks.write.blocks</term><description>{block}: blocks written</description></item>
/// <item><term>pmemtyped.blocks.write.io</term><description>By: their contents</description></item>
/// <item><term>pmemtyped.blocks.flush.io</term>
/// <description>By: what was flushed for them, in whole cache lines or pages: contents, flog entries, map entries. Divided
/// by write.io it is what a written byte costs</description></item>
/// <item><term>pmemtyped.blocks.waves</term>
/// <description>{wave}: flush waves, each of which was waited for once; three for a block or a group</description></item>
/// <item><term>pmemtyped.blocks.batch.size</term>
/// <description>{block}: histogram of the blocks that shared their waves, 1 for a write that went alone</description></item>
/// <item><term>pmemtyped.blocks.lane.waits</term>
/// <description>{wait}: operations that found no lane free</description></item>
/// </list>
/// </summary>
public static class BlockMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "PmemTyped.Blocks";

    private const int WavesOfAWrite = 3;
    private const string Prefix = "pmemtyped.blocks.";
    private static readonly Meter s_meter = new(MeterName);

    private static readonly Counter<long> s_writeBlocks =
        s_meter.CreateCounter<long>(Prefix + "write.blocks", "{block}", "Blocks written");

    private static readonly Counter<long> s_writeIo =
        s_meter.CreateCounter<long>(Prefix + "write.io", "By", "Bytes of the blocks written");

    private static readonly Counter<long> s_flushIo =
        s_meter.CreateCounter<long>(Prefix + "flush.io", "By", "Bytes flushed for the blocks written");

    private static readonly Counter<long> s_waves =
        s_meter.CreateCounter<long>(Prefix + "waves", "{wave}", "Flush waves");

    private static readonly Histogram<int> s_batchSize =
        s_meter.CreateHistogram<int>(Prefix + "batch.size", "{block}", "Blocks that shared their flush waves");

    private static readonly Counter<long> s_laneWaits =
        s_meter.CreateCounter<long>(Prefix + "lane.waits", "{wait}", "Operations that found no lane free");

    /// <summary>Gets a value indicating whether <see cref="Written"/> would reach anybody.</summary>
    internal static bool AreWritesWatched =>
        s_batchSize.Enabled || s_waves.Enabled || s_flushIo.Enabled || s_writeIo.Enabled || s_writeBlocks.Enabled;

    internal static void WaitedForLane() => s_laneWaits.Add(1);

    /// <summary>Notes blocks that were written in the same waves. Sorts what it is given.</summary>
    /// <param name="contents">Where the contents went.</param>
    /// <param name="blockBytes">Their length.</param>
    /// <param name="flog">Where the flog entries are.</param>
    /// <param name="map">Where the map entries are.</param>
    /// <param name="granularity">What is flushed.</param>
    /// <param name="order">Whether a flog entry is flushed once or for each of its halves.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Written(
        Span<long> contents, int blockBytes, Span<long> flog, Span<long> map, StoreGranularity granularity, FlogEntryOrder order)
    {
        long logged = FlushedBytes(flog, BttFlogLayout.SizeBytes, granularity);
        s_writeBlocks.Add(contents.Length);
        s_writeIo.Add((long)contents.Length * blockBytes);
        s_flushIo.Add(
            FlushedBytes(contents, blockBytes, granularity)
            + (order == FlogEntryOrder.ByLine ? logged : 2 * logged)
            + FlushedBytes(map, BttMapEntry.SizeBytes, granularity));
        s_waves.Add(WavesOfAWrite);
        s_batchSize.Record(contents.Length);
    }

    // Bytes of the lines or pages that ranges of equal length touch, each of them once.
    private static long FlushedBytes(Span<long> starts, long lengthBytes, StoreGranularity granularity)
    {
        int granuleBytes = granularity switch
        {
            StoreGranularity.Page => Environment.SystemPageSize,
            StoreGranularity.CacheLine => PersistInstructions.LineBytes,
            _ => 0,
        };
        if (granuleBytes == 0)
        {
            return 0;
        }

        starts.Sort();
        long granules = 0;
        long next = 0;
        foreach (long start in starts)
        {
            long first = Math.Max(start / granuleBytes, next);
            next = ((start + lengthBytes - 1) / granuleBytes) + 1;
            granules += Math.Max(0, next - first);
        }

        return granules * granuleBytes;
    }
}
