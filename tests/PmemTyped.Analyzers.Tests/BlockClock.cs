using System.Diagnostics;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// The least time of each method over all rounds, in milliseconds. Kept for each method: hardly a whole round of a busy machine
/// passes without another process or a collection of garbage, nearly every tenth of a millisecond does.
/// </summary>
internal sealed class BlockClock
{
    private readonly Dictionary<string, (double Graph, double Analyzers)> _least = [];
    private string? _running;
    private double _graph;
    private long _start;

    internal int Methods => _least.Count;

    internal double Graph => _least.Values.Sum(l => l.Graph);

    internal double Analyzers => _least.Values.Sum(l => l.Analyzers);

    internal void Start(string method, Action askForGraph)
    {
        _running = method;
        long asked = Stopwatch.GetTimestamp();
        askForGraph();
        _start = Stopwatch.GetTimestamp();
        _graph = Stopwatch.GetElapsedTime(asked, _start).TotalMilliseconds;
    }

    internal void Stop(string method)
    {
        double analyzers = Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
        Assert.Equal(_running, method);
        _least[method] = _least.TryGetValue(method, out var least)
            ? (Math.Min(least.Graph, _graph), Math.Min(least.Analyzers, analyzers))
            : (_graph, analyzers);
    }
}
