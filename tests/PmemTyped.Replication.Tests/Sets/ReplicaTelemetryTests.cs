using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

// What operators see: event source and meter.
public sealed class ReplicaTelemetryTests
{
    [Fact]
    public void Who_listens_to_the_event_source_hears_a_replica_leave_and_come_back()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Pool = SetBench.Brittle, OnLoss = ReplicaLoss.Degrade });
        string name = set.StatusOf(0).Name;
        using var events = new Events(name);
        using PmemMap map = bench.Observed(set);
        SetBench.Fill(map, 0, 4096, 1);
        bench.Ways[0].Cut();
        SetBench.Fill(map, 4096, 64, 2);
        set.Rejoin(0);

        Assert.Equal(["Left", "Rejoining", "InSync"], events.Heard.Select(e => e.Name));
        Assert.Equal(set.StatusOf(0).Durability.ToString(), events.Heard[^1].Detail);
    }

    [Fact]
    public void Waits_and_acknowledgements_are_measured_while_somebody_listens()
    {
        using var bench = new SetBench(1);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions());
        using PmemMap map = bench.Observed(set);
        List<double> waits = [];
        List<long> frames = [];
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (found, heard) =>
            {
                if (found.Meter.Name == ReplicationMetrics.MeterName
                    && found.Name is "pmemtyped.replication.lane.wait.duration" or "pmemtyped.replication.lane.acknowledged")
                {
                    heard.EnableMeasurementEvents(found);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, value, _, _) => Add(waits, value));
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => Add(frames, value));
            listener.Start();
            SetBench.Fill(map, 0, 4096, 1);
        }

        Assert.NotEmpty(waits);
        Assert.All(waits, w => Assert.InRange(w, double.Epsilon, 60));
        Assert.NotEmpty(frames);
        Assert.Contains(frames, f => f > 0);
    }

    [Fact]
    public void The_epoch_of_a_replica_is_seen_while_it_is_written_to()
    {
        using var bench = new HistoryBench(2);
        using ReplicaSet set = bench.Create(HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Degrade));
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Cut();
        SetBench.Fill(map, 4096, 64, 7);
        Dictionary<string, long> epochs = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (found, heard) =>
        {
            if (found.Name == "pmemtyped.replication.replica.epoch")
            {
                heard.EnableMeasurementEvents(found);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => epochs[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(0, epochs[set.StatusOf(0).Name]);
        Assert.Equal((long)bench.Theirs(1).PromisedEpoch, epochs[set.StatusOf(1).Name]);
        Assert.NotEqual(0, epochs[set.StatusOf(1).Name]);
    }

    // Tests of other classes may run beside this one.
    private static void Add<T>(List<T> all, T value)
    {
        lock (all)
        {
            all.Add(value);
        }
    }

    private sealed class Events(string replica) : EventListener
    {
        internal List<(string Name, string Detail)> Heard { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "PmemTyped-Replication")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.Payload is [string name, { } detail] && name == replica)
            {
                Heard.Add((eventData.EventName!, detail.ToString()!));
            }
        }
    }
}
