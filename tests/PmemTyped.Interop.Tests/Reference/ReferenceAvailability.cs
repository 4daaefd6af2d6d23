namespace PmemTyped.Interop.Tests.Reference;

/// <summary>Why tests against the reference must be skipped.</summary>
internal static class ReferenceAvailability
{
    private const string OnlineCpusFile = "/sys/devices/system/cpu/online";

    /// <summary>Library and tool.</summary>
    internal static string? MissingBecause { get; } = Join(LibPmemBlk.MissingBecause, Pmempool.MissingBecause);

    /// <summary>
    /// The reference takes two lanes per CPU that is online, the runtime counts CPUs that this process may use. Only
    /// when both are the same do equal operations leave equal bytes.
    /// </summary>
    internal static string? LanesDifferBecause { get; } = CountOnlineCpus() == Environment.ProcessorCount
        ? null
        : $"{CountOnlineCpus()} CPUs are online, but {Environment.ProcessorCount} can be used: "
            + "allow this process all CPUs and unset DOTNET_PROCESSOR_COUNT.";

    internal static string? Join(params IEnumerable<string?> reasons)
    {
        string joined = string.Join(' ', reasons.Where(reason => reason is not null));
        return joined.Length == 0 ? null : joined;
    }

    // Ranges separated by commas, for example 0-3,8.
    private static int CountOnlineCpus() => !File.Exists(OnlineCpusFile)
        ? 0
        : File.ReadAllText(OnlineCpusFile).Trim().Split(',').Sum(range =>
        {
            int[] ends = [.. range.Split('-').Select(int.Parse)];
            return ends[^1] - ends[0] + 1;
        });
}
