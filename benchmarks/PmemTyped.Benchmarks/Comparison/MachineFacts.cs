using System.Runtime.InteropServices;
using PmemTyped.Native;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Prints what a figure depends on.</summary>
internal static class MachineFacts
{
    internal static void Print(string directory)
    {
        string force = Environment.GetEnvironmentVariable("PMEM_IS_PMEM_FORCE") ?? "not set";
        Console.WriteLine($"# {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Console.WriteLine($"# {CpuName()}, {Environment.ProcessorCount} CPUs, flush instruction {PersistInstructions.Flush}, stores {PersistInstructions.Stores}");
        Console.WriteLine($"# directory {directory}, PMEM_IS_PMEM_FORCE {force}");
        Console.WriteLine("# one thread; nanoseconds per operation, medians of alternating slices; ratio above 1: ours is faster");
        Console.WriteLine("# the peer is called in this process with the ordinary GC transition");
    }

    private static string CpuName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
            .Split(':')[1].Trim() ?? "unknown CPU"
        : "unknown CPU";
}
