using System.Diagnostics.Metrics;

namespace PmemTyped.Mapping.Tests;

/// <summary>
/// Listens to instruments of the mapping meter and sums them up. The meter is of the process; the tests of this assembly
/// do not run side by side, so only the caller's work is counted.
/// </summary>
internal sealed class Measurements : IDisposable
{
    private static readonly string[] s_names =
    [
        "flush.io", "flush.lines", "sync.calls", "sync.pages", "sync.duration", "drain.calls", "drain.duration",
        "deep_drain.calls",
    ];

    // The state that a listener gives to an instrument; boxed once, because measuring must not allocate.
    private static readonly object[] s_indexes = [.. Enumerable.Range(0, s_names.Length).Cast<object>()];

    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, string?> _units = [];
    private readonly long[] _sums = new long[s_names.Length];
    private readonly double[] _seconds = new double[s_names.Length];
    private readonly int[] _counts = new int[s_names.Length];

    internal Measurements(params string[] only)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MappingMetrics.MeterName)
            {
                string name = instrument.Name["pmemtyped.mapping.".Length..];
                _units[name] = instrument.Unit;
                if (only.Length == 0 || only.Contains(name))
                {
                    listener.EnableMeasurementEvents(instrument, s_indexes[Array.IndexOf(s_names, name)]);
                }
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, state) =>
        {
            _sums[(int)state!] += value;
            _counts[(int)state!]++;
        });
        _listener.SetMeasurementEventCallback<double>((_, value, _, state) =>
        {
            _seconds[(int)state!] += value;
            _counts[(int)state!]++;
        });
        _listener.Start();
    }

    internal IReadOnlyDictionary<string, string?> Units => _units;

    internal long this[string name] => _sums[Array.IndexOf(s_names, name)];

    internal double Seconds(string name) => _seconds[Array.IndexOf(s_names, name)];

    internal int Count(string name) => _counts[Array.IndexOf(s_names, name)];

    internal void Reset()
    {
        Array.Clear(_sums);
        Array.Clear(_seconds);
        Array.Clear(_counts);
    }

    public void Dispose() => _listener.Dispose();
}
