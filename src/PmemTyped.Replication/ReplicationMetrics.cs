using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PmemTyped.Replication;

/// <summary>
/// What replication does, for System.Diagnostics.Metrics and whatever collects from it. While nobody listens to an instrument
/// it costs one predictable check; neither way allocates. Threads: safe.
/// <list type="table">
/// <listheader><term>Instrument</term><description>Unit and meaning; tags</description></listheader>
/// <item><term>pmemtyped.replication.lane.frames</term><description>{frame}: frames sent; lane</description></item>
/// <item><term>pmemtyped.replication.lane.io</term><description>By: payload sent; lane</description></item>
/// <item><term>pmemtyped.replication.lane.stalls</term>
/// <description>{stall}: waits because a window was full; lane</description></item>
/// <item><term>pmemtyped.replication.lane.round_trips</term>
/// <description>{round_trip}: waits for durability that found no acknowledgement there yet; lane</description></item>
/// <item><term>pmemtyped.replication.lane.wait.duration</term>
/// <description>s: how long these waits took, a histogram; lane</description></item>
/// <item><term>pmemtyped.replication.lane.acknowledged</term>
/// <description>{frame}: frames that one acknowledgement says are stored, a histogram; lane</description></item>
/// <item><term>pmemtyped.replication.replica.state</term>
/// <description>0 in sync, 1 away, 2 rejoining; replica</description></item>
/// <item><term>pmemtyped.replication.replica.lag</term>
/// <description>By: durable here and not acknowledged; replica</description></item>
/// <item><term>pmemtyped.replication.replica.missed_regions</term>
/// <description>{region}: regions of 64 KiB that it lacks parts of, which a resync counts down; replica</description></item>
/// <item><term>pmemtyped.replication.replica.epoch</term>
/// <description>the epoch that it is written in; 0 while it is away, or no history is kept; replica</description></item>
/// </list>
/// </summary>
public static class ReplicationMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "PmemTyped.Replication";

    private const string Prefix = "pmemtyped.replication.";
    private static readonly Meter s_meter = new(MeterName);
    private static readonly List<ReplicaSet> s_sets = [];

    private static readonly Counter<long> s_frames =
        s_meter.CreateCounter<long>(Prefix + "lane.frames", "{frame}", "Frames sent");

    private static readonly Counter<long> s_io =
        s_meter.CreateCounter<long>(Prefix + "lane.io", "By", "Payload sent");

    private static readonly Counter<long> s_stalls =
        s_meter.CreateCounter<long>(Prefix + "lane.stalls", "{stall}", "Waits for a full window");

    private static readonly Counter<long> s_roundTrips =
        s_meter.CreateCounter<long>(Prefix + "lane.round_trips", "{round_trip}", "Waits for durability");

    private static readonly Histogram<double> s_waitDuration =
        s_meter.CreateHistogram<double>(Prefix + "lane.wait.duration", "s", "Time of waits for durability");

    private static readonly Histogram<long> s_acknowledged =
        s_meter.CreateHistogram<long>(Prefix + "lane.acknowledged", "{frame}", "Frames of one acknowledgement");

    static ReplicationMetrics()
    {
        _ = s_meter.CreateObservableGauge(Prefix + "replica.state", () => Observe((set, i) => (long)set.StatusOf(i).State), null, "State of a replica");
        _ = s_meter.CreateObservableGauge(Prefix + "replica.lag", () => Observe((set, i) => set.StatusOf(i).LagBytes), "By", "Lag of a replica");
        _ = s_meter.CreateObservableGauge(
            Prefix + "replica.missed_regions",
            () => Observe((set, i) => set.StatusOf(i).MissedRegions),
            "{region}",
            "Regions that a replica misses");
        _ = s_meter.CreateObservableGauge(
            Prefix + "replica.epoch", () => Observe((set, i) => set.EpochOf(i)), null, "Epoch that a replica is written in");
    }

    /// <summary>The tag of a lane, made once.</summary>
    internal static KeyValuePair<string, object?> LaneTag(int lane) => new("lane", lane);

    internal static void Sent(long payloadBytes, in KeyValuePair<string, object?> lane)
    {
        if (s_frames.Enabled || s_io.Enabled)
        {
            s_frames.Add(1, lane);
            s_io.Add(payloadBytes, lane);
        }
    }

    internal static void Stalled(in KeyValuePair<string, object?> lane)
    {
        if (s_stalls.Enabled)
        {
            s_stalls.Add(1, lane);
        }
    }

    /// <summary>A wait begins.</summary>
    /// <returns>For <see cref="Waited"/>.</returns>
    internal static long Waiting(in KeyValuePair<string, object?> lane)
    {
        if (s_roundTrips.Enabled)
        {
            s_roundTrips.Add(1, lane);
        }

        return s_waitDuration.Enabled ? Stopwatch.GetTimestamp() : 0;
    }

    internal static void Waited(long began, in KeyValuePair<string, object?> lane)
    {
        if (began != 0)
        {
            s_waitDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, lane);
        }
    }

    internal static void Acknowledged(long frames, in KeyValuePair<string, object?> lane)
    {
        if (s_acknowledged.Enabled)
        {
            s_acknowledged.Record(frames, lane);
        }
    }

    internal static void Add(ReplicaSet set)
    {
        lock (s_sets)
        {
            s_sets.Add(set);
        }
    }

    internal static void Remove(ReplicaSet set)
    {
        lock (s_sets)
        {
            _ = s_sets.Remove(set);
        }
    }

    private static List<Measurement<long>> Observe(Func<ReplicaSet, int, long> what)
    {
        ReplicaSet[] sets;
        lock (s_sets)
        {
            sets = [.. s_sets];
        }

        List<Measurement<long>> measured = [];
        foreach (ReplicaSet set in sets)
        {
            for (int i = 0; i < set.Count; i++)
            {
                measured.Add(new Measurement<long>(what(set, i), new KeyValuePair<string, object?>("replica", set.StatusOf(i).Name)));
            }
        }

        return measured;
    }
}
