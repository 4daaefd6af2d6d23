using System.Globalization;
using PmemTyped.Benchmarks.Peers;
using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Persist, copy and fill against libpmem. Both sides work on the same memory, so that neither is lucky with its pages.
/// </summary>
internal static class MappingComparison
{
    private const long MapBytes = 64L << 20;
    private static readonly int[] s_persisted = [8, 64, 4 << 10, 64 << 10];
    private static readonly int[] s_copied = [64, 256, 1 << 10, 4 << 10, 64 << 10, 4 << 20];

    internal static void Run(string directory)
    {
        MachineFacts.Print(directory);
        PmemPlatform forced = new(
            name => name == "PMEM_IS_PMEM_FORCE" ? "1" : Environment.GetEnvironmentVariable(name));
        WithMap(directory, forced, CompareLines);
        PmemPlatform ordinary = new(
            name => name == "PMEM_IS_PMEM_FORCE" ? "0" : Environment.GetEnvironmentVariable(name));
        WithMap(Path.GetTempPath(), ordinary, ComparePages);
    }

    private static unsafe void CompareLines(PmemMap map, nint address)
    {
        byte* memory = (byte*)address;
        PrintFloor(memory);
        foreach (int bytes in s_persisted)
        {
            Walk walk = new(bytes);
            Interleaved.Compare(
                $"mapping.persist.{bytes}",
                new OurPersists(map, memory, bytes, walk),
                new PeerPersists(memory, bytes, walk));
        }

        foreach (int bytes in s_copied)
        {
            Walk walk = new(bytes);
            Interleaved.Compare(
                $"mapping.copy.{bytes}", new OurCopies(map, bytes, walk), new PeerCopies(memory, bytes, walk));
        }

        foreach (int bytes in s_copied)
        {
            Walk walk = new(bytes);
            Interleaved.Compare(
                $"mapping.set.{bytes}", new OurFills(map, bytes, walk), new PeerFills(memory, bytes, walk));
        }
    }

    private static unsafe void ComparePages(PmemMap map, nint address)
    {
        byte* memory = (byte*)address;
        int bytes = Environment.SystemPageSize;
        Walk walk = new(bytes);
        Interleaved.Compare(
            $"mapping.msync.{bytes}", new OurPersists(map, memory, bytes, walk), new PeerSyncs(memory, bytes, walk));
    }

    // What no library can be faster than: one line on its way to memory, and a copy that promises nothing.
    private static unsafe void PrintFloor(byte* memory)
    {
        using var lines = new BareLines();
        Print("floor mapping.line", Interleaved.Measure(lines));
        foreach (int bytes in s_copied)
        {
            Print($"floor mapping.memcpy.{bytes}", Interleaved.Measure(new BareCopies(memory, bytes)));
        }
    }

    private static void Print(string name, double nanoseconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {nanoseconds:F1}"));

    private static unsafe void WithMap(string directory, PmemPlatform platform, Action<PmemMap, nint> compare)
    {
        string path = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        try
        {
            using PmemSource source = PmemSource.Create(path, MapBytes, platform: platform);
            using PmemMap map = PmemMap.Map(source);
            Console.WriteLine($"# {path}: {map.Durability}");
            using scoped PmemMapLease lease = map.Lease();
            lease.Fill(0, MapBytes, 1); // no measured store meets an unmapped page
            fixed (byte* memory = lease.Window(0, (int)MapBytes))
            {
                compare(map, (nint)memory);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
