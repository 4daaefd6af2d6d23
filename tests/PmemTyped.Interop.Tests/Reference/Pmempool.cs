using System.Diagnostics;

namespace PmemTyped.Interop.Tests.Reference;

/// <summary>Runs the pool tool of PMDK.</summary>
internal static class Pmempool
{
    private const string Tool = "pmempool";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Why the tests must be skipped, or null.</summary>
    internal static string? MissingBecause { get; } = IsOnPath()
        ? null
        : $"{Tool} is not installed: install the Debian package pmdk-tools.";

    /// <summary>Asserts that the tool finds the pool consistent and can describe it.</summary>
    internal static void AssertSound(string path)
    {
        PmempoolResult check = Check(path);
        Assert.True(check.ExitCode == 0, $"pmempool check: {check}");
        PmempoolResult info = Run("info", path);
        Assert.True(info.ExitCode == 0, $"pmempool info: {info}");
    }

    internal static PmempoolResult Check(string path) => Run("check", "-v", path);

    internal static PmempoolResult Run(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill();
            throw new TimeoutException($"{Tool} {string.Join(' ', arguments)} took longer than {s_patience}.");
        }

        return new PmempoolResult(process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }

    private static bool IsOnPath() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Any(directory => File.Exists(Path.Combine(directory, Tool)));
}

/// <summary>How a run of the tool ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output, then standard error.</param>
internal sealed record PmempoolResult(int ExitCode, string Output);
