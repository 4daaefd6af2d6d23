using System.Collections;
using System.Diagnostics;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool;

/// <summary>
/// Finds out what a persist on a path is worth, by mapping something there: a file itself, read-only, or a nameless file
/// in a directory, which is then stored to and timed.
/// </summary>
internal static class DoctorProbe
{
    private const long TemporaryBytes = 64 * 1024;
    private const int MaxPersists = 1000;
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromMilliseconds(300);

    internal static DoctorDocument Examine(string path, PmemPlatform platform)
    {
        if (Directory.Exists(path))
        {
            using PmemSource temporary = PmemSource.CreateTemporary(path, TemporaryBytes, platform: platform);
            using PmemMap map = PmemMap.Map(temporary);
            return Describe(path, "a nameless file in this directory", temporary, map, MedianPersist(map));
        }

        using PmemSource source = PmemSource.Open(path, writable: false, platform);
        if (source.GetLengthBytes() == 0)
        {
            throw new PmemIOException(
                "examine", path, Errno.Invalid, "An empty file cannot be mapped; give the directory that it lies in.");
        }

        using PmemMap view = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        return Describe(path, "the file itself, read-only", source, view, persistNanoseconds: null);
    }

    private static DoctorDocument Describe(
        string path, string probed, PmemSource source, PmemMap map, double? persistNanoseconds) => new(
        path,
        probed,
        map.Durability.FileSystem,
        map.Granularity.ToString(),
        map.Durability.Kind.ToString(),
        map.Durability.IsPowerSafe,
        map.Durability.Reason,
        persistNanoseconds,
        ProcessorDocument.Of(source.Platform),
        Switches(),
        DeviceDocument.Of(source));

    private static double MedianPersist(PmemMap map)
    {
        using scoped PmemMapLease lease = map.Lease();
        Span<byte> word = stackalloc byte[sizeof(long)];
        var times = new List<double>(MaxPersists);
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < MaxPersists && Stopwatch.GetElapsedTime(begin) < s_timeLimit)
        {
            word.Fill((byte)times.Count);
            long start = Stopwatch.GetTimestamp();
            lease.Copy(0, word);
            times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static SortedDictionary<string, string> Switches()
    {
        var switches = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            string name = (string)entry.Key;
            if (name.StartsWith("PMEM_", StringComparison.Ordinal) || name.StartsWith("PMEM2_", StringComparison.Ordinal))
            {
                switches.Add(name, entry.Value as string ?? string.Empty);
            }
        }

        return switches;
    }
}
