using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Devices;

/// <summary>
/// Whether the caches of the processors are written back by the platform when power fails (eADR): every NVDIMM region
/// must say so, in exactly these words. Everything else is a no that says why (mapping specification, section 7.1).
/// </summary>
/// <param name="IsPresent">Whether flushing cache lines is superfluous.</param>
/// <param name="Explanation">What was found.</param>
internal readonly record struct AutoFlush(bool IsPresent, string Explanation)
{
    private const string Devices = "bus/nd/devices";
    private const string Attribute = "persistence_domain";
    private const string CpuCache = "cpu_cache\n";

    // A machine has a handful; a tree without end is no answer.
    private const int MaxDevices = 1 << 16;

    internal static AutoFlush Detect(SysfsTree tree)
    {
        if (tree.Resolve(Devices) is not { } devices || !Directory.Exists(devices))
        {
            return new AutoFlush(false, $"there is no directory {Devices} in sysfs, so there is no NVDIMM bus");
        }

        string[] regions;
        try
        {
            regions = [.. new DirectoryInfo(devices).EnumerateFileSystemInfos()
                .Take(MaxDevices)
                .Where(e => e.Name.Contains("region", StringComparison.Ordinal) && e.LinkTarget is not null)
                .Select(e => e.Name)
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new AutoFlush(false, $"the devices of the NVDIMM bus cannot be listed: {e.Message}");
        }

        if (regions.Length == 0)
        {
            return new AutoFlush(false, "the NVDIMM bus has no region");
        }

        string? objection = regions.Select(region => Objection(tree, region)).FirstOrDefault(o => o is not null);
        return objection is null
            ? new AutoFlush(true, $"the persistence domain of {string.Join(", ", regions)} includes the caches")
            : new AutoFlush(false, objection);
    }

    private static string? Objection(SysfsTree tree, string region)
    {
        string? content = tree.Read($"{Devices}/{region}/{Attribute}", out int error);
        return content switch
        {
            CpuCache => null,
            null when error == Errno.NoEntry => $"{region} has no attribute {Attribute}",
            null => $"{region} is counted as a no: its {Attribute} cannot be read ({Errno.Name(error)})",
            "" => $"{region} is counted as a no: its {Attribute} is empty",
            _ when !content.EndsWith('\n') =>
                $"{region} is counted as a no: its {Attribute} is {SysfsTree.Quote(content)} without the end of a line",
            _ => $"the {Attribute} of {region} is {SysfsTree.Quote(content)}",
        };
    }
}
