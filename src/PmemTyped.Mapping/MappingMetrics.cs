using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// Counts what this process does to make bytes durable, for System.Diagnostics.Metrics and whatever collects from it.
/// All instruments are of the whole process and carry no tags. Calls that failed are not counted. While nobody listens to
/// an instrument it costs one predictable check; neither way allocates. Threads: safe.
/// <list type="table">
/// <listheader><term>Instrument</term><description>Unit and meaning</description></listheader>
/// <item><term>pmemtyped.mapping.flush.io</term>
/// <description>By: length of the ranges that were flushed, of either granularity</description></item>
/// <item><term>pmemtyped.mapping.flush.lines</term>
/// <description>{line}: cache lines of 64 bytes that those ranges touch, written back or stored past the cache</description></item>
/// <item><term>pmemtyped.mapping.sync.calls</term><description>{call}: calls of msync</description></item>
/// <item><term>pmemtyped.mapping.sync.pages</term><description>{page}: pages that the synced ranges touch</description></item>
/// <item><term>pmemtyped.mapping.sync.duration</term><description>s: histogram of the time in msync</description></item>
/// <item><term>pmemtyped.mapping.drain.calls</term>
/// <description>{call}: drains that waited; on page granularity a drain is nothing</description></item>
/// <item><term>pmemtyped.mapping.drain.duration</term><description>s: histogram of the time in a drain</description></item>
/// <item><term>pmemtyped.mapping.deep_drain.calls</term><description>{call}: deep drains</description></item>
/// </list>
/// </summary>
public static class MappingMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "PmemTyped.Mapping";

    private const string Prefix = "pmemtyped.mapping.";
    private static readonly Meter s_meter = new(MeterName);

    private static readonly Counter<long> s_flushIo =
        s_meter.CreateCounter<long>(Prefix + "flush.io", "By", "Bytes flushed");

    private static readonly Counter<long> s_flushLines =
        s_meter.CreateCounter<long>(Prefix + "flush.lines", "{line}", "Cache lines flushed");

    private static readonly Counter<long> s_syncCalls =
        s_meter.CreateCounter<long>(Prefix + "sync.calls", "{call}", "Calls of msync");

    private static readonly Counter<long> s_syncPages =
        s_meter.CreateCounter<long>(Prefix + "sync.pages", "{page}", "Pages synced");

    private static readonly Histogram<double> s_syncDuration =
        s_meter.CreateHistogram<double>(Prefix + "sync.duration", "s", "Time in msync");

    private static readonly Counter<long> s_drainCalls =
        s_meter.CreateCounter<long>(Prefix + "drain.calls", "{call}", "Drains");

    private static readonly Histogram<double> s_drainDuration =
        s_meter.CreateHistogram<double>(Prefix + "drain.duration", "s", "Time in a drain");

    private static readonly Counter<long> s_deepDrainCalls =
        s_meter.CreateCounter<long>(Prefix + "deep_drain.calls", "{call}", "Deep drains");

    // The start of a map is aligned to a page, so lines and pages can be counted from offsets.
    internal static void Flushed(long offset, long lengthBytes)
    {
        if (s_flushIo.Enabled || s_flushLines.Enabled)
        {
            AddFlushed(offset, lengthBytes);
        }
    }

    internal static long StartSync() => s_syncDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    internal static void Synced(long offset, long lengthBytes, long started)
    {
        if (lengthBytes > 0)
        {
            s_flushIo.Add(lengthBytes);
            s_syncCalls.Add(1);
            s_syncPages.Add(UnitsTouched(offset, lengthBytes, Environment.SystemPageSize));
            Record(s_syncDuration, started);
        }
    }

    internal static long StartDrain() => s_drainDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    internal static void Drained(long started)
    {
        if (s_drainCalls.Enabled || started != 0)
        {
            AddDrained(started);
        }
    }

    internal static void DeepDrain() => s_deepDrainCalls.Add(1);

    // Kept out of the callers, which are short and hot.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddFlushed(long offset, long lengthBytes)
    {
        s_flushIo.Add(lengthBytes);
        s_flushLines.Add(UnitsTouched(offset, lengthBytes, PersistInstructions.LineBytes));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddDrained(long started)
    {
        s_drainCalls.Add(1);
        Record(s_drainDuration, started);
    }

    // 0: nobody listened when the call began.
    private static void Record(Histogram<double> duration, long started)
    {
        if (started != 0)
        {
            duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private static long UnitsTouched(long offset, long lengthBytes, int unitBytes) =>
        lengthBytes == 0 ? 0 : ((offset + lengthBytes - 1) / unitBytes) - (offset / unitBytes) + 1;
}
