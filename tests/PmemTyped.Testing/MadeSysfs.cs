using System.Globalization;

namespace PmemTyped.Testing;

/// <summary>
/// A directory that looks like sysfs of a machine with an NVDIMM bus, link for link as the kernel makes them. It holds
/// what libndctl asks for too, so that the reference can be shown the same machine.
/// </summary>
public sealed class MadeSysfs : IDisposable
{
    private const string Bus = "devices/platform/ndbus0";

    // There directories list what was made last first, so that a test can choose an order that is not sorted.
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public MadeSysfs()
    {
        WriteAll($"{Bus}/", ("commands", "ars_cap"), ("provider", "ACPI.NFIT"), ("wait_probe", "1"), ("uevent", string.Empty));
        WriteAll($"{Bus}/nfit/", ("revision", "1"), ("dsm_mask", "0x0"));
        Write($"{Bus}/ndctl/ndctl0/dev", "249:0\n");
        Link($"{Bus}/ndctl/ndctl0/device", "../../../ndbus0");
        Link("class/nd/ndctl0", $"../../{Bus}/ndctl/ndctl0");
        Link("dev/char/249:0", $"../../{Bus}/ndctl/ndctl0");
        Link("bus/nd/devices/ndbus0", $"../../../{Bus}");
    }

    public string Root => _directory.Path;

    public static string Region(int region = 0) => FormattableString.Invariant($"{Bus}/region{region}");

    public static string Dimm(int dimm) => FormattableString.Invariant($"{Bus}/nmem{dimm}");

    public static string Disk(int region = 0) => $"{Region(region)}/namespace{region}.0/block/pmem{region}";

    public string PathOf(string path) => Path.Combine(Root, path);

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), content);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.CreateSymbolicLink(PathOf(path), target);
    }

    public void Remove(string path) => File.Delete(PathOf(path));

    /// <summary>A DIMM that lost power unsafely so often.</summary>
    public MadeSysfs AddDimm(int dimm, long unsafeShutdowns)
    {
        WriteAll(
            $"{Dimm(dimm)}/",
            ("dev", FormattableString.Invariant($"250:{dimm}")),
            ("commands", "smart"),
            ("modalias", "nd:t1"),
            ("flags", string.Empty));
        WriteAll(
            $"{Dimm(dimm)}/nfit/",
            ("id", IdOf(dimm)),
            ("handle", FormattableString.Invariant($"0x{dimm}")),
            ("phys_id", "0x1"),
            ("dirty_shutdown", unsafeShutdowns.ToString(CultureInfo.InvariantCulture)));
        return this;
    }

    /// <summary>A region over these DIMMs, with one namespace that is the whole disk "pmemN".</summary>
    public MadeSysfs AddRegion(int region, params int[] dimms)
    {
        WriteAll(
            $"{Region(region)}/",
            ("size", "17179869184"),
            ("align", "0x1000000"),
            ("mappings", dimms.Length.ToString(CultureInfo.InvariantCulture)),
            ("read_only", "0"),
            ("modalias", "nd:t2"),
            ("nstype", "5"),
            ("set_cookie", "0x1234"),
            ("numa_node", "1"),
            ("resource", "0x100000000"),
            ("deep_flush", "1"),
            ("persistence_domain", "memory_controller"),
            ("nfit/range_index", "1"));
        for (int index = 0; index < dimms.Length; index++)
        {
            Write(
                FormattableString.Invariant($"{Region(region)}/mapping{index}"),
                FormattableString.Invariant($"nmem{dimms[index]},0,8589934592,{index}\n"));
        }

        Link($"bus/nd/devices/region{region}", $"../../../{Region(region)}");
        WriteAll(
            $"{Region(region)}/namespace{region}.0/",
            ("size", "17179869184"),
            ("nstype", "5"),
            ("type", "namespace_pmem"),
            ("modalias", "nd:t5"),
            ("force_raw", "0"),
            ("numa_node", "1"),
            ("resource", "0x100000000"),
            ("holder", string.Empty),
            ("mode", "fsdax"),
            ("uuid", "11111111-2222-3333-4444-555555555555"),
            ("alt_name", string.Empty),
            ("sector_size", "[512] 4096 "));
        Link($"{Region(region)}/namespace{region}.0/driver", "../../../../../bus/nd/drivers/nd_pmem");
        Write("bus/nd/drivers/nd_pmem/uevent", string.Empty);
        return this;
    }

    /// <summary>Gives the disk of a region a device number, as the file system on it reports it: "254:0".</summary>
    public MadeSysfs AddDisk(string number, int region = 0)
    {
        Write($"{Disk(region)}/dev", $"{number}\n");
        Link($"block/pmem{region}", $"../{Disk(region)}");
        Link($"dev/block/{number}", $"../../{Disk(region)}");
        return this;
    }

    /// <summary>The disk of a region with a partition that has this device number.</summary>
    public MadeSysfs AddPartition(string number, long startSector, int region = 0)
    {
        string partition = $"{Disk(region)}/pmem{region}p1";
        AddDisk("253:99", region);
        WriteAll(
            $"{partition}/",
            ("dev", number),
            ("partition", "1"),
            ("start", startSector.ToString(CultureInfo.InvariantCulture)));
        Link($"dev/block/{number}", $"../../{partition}");
        return this;
    }

    public static string IdOf(int dimm) => FormattableString.Invariant($"8089-a2-1809-0000010{dimm}");

    public void Dispose() => _directory.Dispose();

    private void WriteAll(string directory, params (string Name, string Value)[] attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            Write(directory + name, value + "\n");
        }
    }
}
