using System.Diagnostics.Metrics;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>Counts the waits for durability of this process.</summary>
internal sealed class RoundTrips : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    internal RoundTrips(string instrument = "pmemtyped.replication.lane.round_trips")
    {
        _listener.InstrumentPublished = (found, listener) =>
        {
            if (found.Meter.Name == ReplicationMetrics.MeterName && found.Name == instrument)
            {
                listener.EnableMeasurementEvents(found);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _count, value));
        _listener.Start();
    }

    internal long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
