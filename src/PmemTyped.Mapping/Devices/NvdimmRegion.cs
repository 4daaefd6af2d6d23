using System.Globalization;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Devices;

/// <summary>
/// A region of the kernel's NVDIMM bus and the DIMMs it is interleaved over, read from its attributes. What an attribute
/// that does not exist means is decided here: the device keeps no such fact.
/// </summary>
internal sealed class NvdimmRegion
{
    // The kernel's own limit (ND_MAX_MAPPINGS).
    private const int MaxMappings = 32;

    // A bus has a handful of devices; a directory without end is no bus.
    private const int MaxBusEntries = 1 << 16;

    // The kernel gives the attributes of a DIMM the name of the firmware interface.
    private static readonly string[] s_firmware = ["nfit", "papr", "cxl"];

    private readonly SysfsTree _tree;

    private NvdimmRegion(SysfsTree tree, string directory)
    {
        _tree = tree;
        Place = directory;
        Name = Path.GetFileName(directory);
        Dimms = ListDimms();
    }

    internal string Name { get; }

    /// <summary>Gets its directory, without links.</summary>
    internal string Place { get; }

    /// <summary>
    /// Names of the DIMMs, each once, in the order in which libndctl lists them: that of the bus directory, backwards.
    /// The device id that PMDK stores depends on it.
    /// </summary>
    internal IReadOnlyList<string> Dimms { get; }

    /// <summary>The region that a device belongs to: the next one above its directory that the bus knows, or null.</summary>
    internal static NvdimmRegion? Above(DevicePlace place)
    {
        for (string? at = place.Directory; at is not null; at = place.Tree.Parent(at))
        {
            string name = Path.GetFileName(at);
            bool isNamed = name.StartsWith("region", StringComparison.Ordinal)
                && name.Length > "region".Length
                && name.AsSpan("region".Length).IndexOfAnyExceptInRange('0', '9') < 0;

            // Regions of the CXL bus have the same names and are none of these.
            if (isNamed && place.Tree.Resolve($"bus/nd/devices/{name}") == at)
            {
                return new NvdimmRegion(place.Tree, at);
            }
        }

        return null;
    }

    internal string Attribute(string name) => $"{Place}/{name}";

    /// <summary>A number among the attributes of the region, or null.</summary>
    internal long? Number(string name) => _tree.ReadNumber(Attribute(name));

    /// <summary>How often a DIMM lost power unsafely; null or negative when it does not count.</summary>
    internal long? UnsafeShutdowns(string dimm) => s_firmware
        .Select(f => _tree.ReadNumber($"{Bus}/{dimm}/{f}/dirty_shutdown"))
        .FirstOrDefault(n => n is not null);

    /// <summary>The unique identifier of a DIMM, or null when it has none.</summary>
    internal string? UniqueId(string dimm)
    {
        foreach (string firmware in s_firmware)
        {
            string path = $"{Bus}/{dimm}/{firmware}/id";
            string? id = _tree.Read(path, out int error);
            if (id is not null)
            {
                return id.TrimEnd('\n');
            }

            if (error != Errno.NoEntry)
            {
                throw SysfsTree.Unreadable(path, error);
            }
        }

        return null;
    }

    /// <summary>Has the buffers of the memory controllers written back (mapping specification, section 6.1).</summary>
    internal bool DeepFlush()
    {
        string path = Attribute("deep_flush");
        string? state = _tree.Read(path, out int error);
        if (state is null)
        {
            return error == Errno.NoEntry ? false : throw SysfsTree.Unreadable(path, error);
        }

        if (state.StartsWith("0\n", StringComparison.Ordinal))
        {
            return false;
        }

        using SafeFileDescriptor? attribute = SafeFileDescriptor.OpenExisting(path, writable: true, out error);
        error = attribute?.WriteNext("1"u8) ?? error;
        return error == Errno.None
            ? true
            : throw new PmemIOException(
                "deep-flush through", path, error, "Only the superuser may; what was flushed before is not lost by this.");
    }

    private string Bus => _tree.Parent(Place)!;

    private List<string> ListDimms()
    {
        var mapped = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < MaxMappings; index++)
        {
            string path = Attribute(string.Create(CultureInfo.InvariantCulture, $"mapping{index}"));
            string? text = _tree.Read(path, out int error);
            if (text is null)
            {
                if (error == Errno.NoEntry)
                {
                    break;
                }

                throw SysfsTree.Unreadable(path, error);
            }

            string dimm = text[..Math.Max(text.IndexOf(',', StringComparison.Ordinal), 0)];
            if (!dimm.StartsWith("nmem", StringComparison.Ordinal) || dimm.Contains('/', StringComparison.Ordinal))
            {
                throw SysfsTree.Malformed(path, 0, "'nmemX,start,length,position'", text);
            }

            mapped.Add(dimm);
        }

        List<string> listed = mapped.Count == 0 ? [] : InOrderOfTheBus(mapped);
        return listed.Count == mapped.Count
            ? listed
            : throw SysfsTree.Malformed(
                Attribute("mapping0"), 0, "the name of a DIMM of the same bus", string.Join(' ', mapped.Except(listed)));
    }

    // The order is a matter of the format; the directory is not sorted, and must not be.
    private List<string> InOrderOfTheBus(HashSet<string> dimms)
    {
        try
        {
            List<string> listed = [.. new DirectoryInfo(Bus).EnumerateFileSystemInfos()
                .Take(MaxBusEntries)
                .Select(e => e.Name)
                .Where(dimms.Contains)];
            listed.Reverse();
            return listed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SysfsTree.Unreadable(Bus, e is IOException ? Errno.InputOutput : Errno.Access);
        }
    }
}
