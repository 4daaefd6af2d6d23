using System.Diagnostics;
using System.Globalization;

namespace PmemTyped.Testing;

/// <summary>What the kernel keeps of a file, by the programs dd and fincore.</summary>
public static class PageCache
{
    /// <summary>Makes a file durable and forgets what is cached of it.</summary>
    public static void Drop(string path) =>
        Run("dd", $"of={path}", "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none");

    /// <summary>How many bytes of a file are cached.</summary>
    public static long BytesOf(string path) =>
        long.Parse(Run("fincore", "-b", "-n", "-o", "RES", path).Trim(), CultureInfo.InvariantCulture);

    /// <summary>Waits up to 20 s for so much of a file to be cached.</summary>
    /// <returns>How many bytes are.</returns>
    public static long WaitForBytesOf(string path, long wanted)
    {
        var waited = Stopwatch.StartNew();
        while (BytesOf(path) < wanted && waited.Elapsed < TimeSpan.FromSeconds(20))
        {
            Thread.Sleep(10);
        }

        return BytesOf(path);
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
