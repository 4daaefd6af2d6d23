using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PmemTyped.Tool.Tests;

/// <summary>"pmt target serve" as a process of its own, and what it said.</summary>
internal sealed class TargetProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];

    private TargetProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        Ready = Next();
    }

    internal JsonElement Ready { get; }

    /// <summary>Gets the address of the only place, as "pmt replica" takes it.</summary>
    internal string Address => Ready.GetProperty("listen")[0].GetString()!;

    internal int Id => _process.Id;

    internal static TargetProcess Start(string config, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("env", [.. ToolProcess.HeedingSignals, "target", "serve", "--config", config])
        {
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new TargetProcess(start);
    }

    internal JsonElement Next() => _lines.TryTake(out string? line, s_patience)
        ? JsonDocument.Parse(line).RootElement
        : throw new TimeoutException("The target said nothing more.");

    internal int Stop(string signal = "TERM")
    {
        using Process kill = Process.Start("kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.True(_process.WaitForExit(s_patience), "The target did not end.");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _lines.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _lines.CompleteAdding();
        }
        else
        {
            _lines.Add(line);
        }
    }
}
