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
/// <item><term>pmemtyped.replication.replica.state</term>
/// <description>0 in sync, 1 away, 2 rejoining; replica</description></item>
/// <item><term>pmemtyped.replication.replica.lag</term>
/// <description>By: durable here and not acknowledged; replica</description></item>
/// <item><term>pmemtyped.replication.replica.missed_regions</term>
/// <description>{region}: regions of 64 KiB that it lacks parts of; replica</description></item>
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

    static ReplicationMetrics()
    {
        _ = s_meter.CreateObservableGauge(Prefix + "replica.state", () => Observe(s => (long)s.State), null, "State of a replica");
        _ = s_meter.CreateObservableGauge(Prefix + "replica.lag", () => Observe(s => s.LagBytes), "By", "Lag of a replica");
        _ = s_meter.CreateObservableGauge(
            Prefix + "replica.missed_regions", () => Observe(s => s.MissedRegions), "{region}", "Regions that a replica misses");
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

    internal static void Waited(in KeyValuePair<string, object?> lane)
    {
        if (s_roundTrips.Enabled)
        {
            s_roundTrips.Add(1, lane);
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

    private static List<Measurement<long>> Observe(Func<ReplicaStatus, long> what)
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
                ReplicaStatus status = set.StatusOf(i);
                measured.Add(new Measurement<long>(what(status), new KeyValuePair<string, object?>("replica", status.Name)));
            }
        }

        return measured;
    }
}
