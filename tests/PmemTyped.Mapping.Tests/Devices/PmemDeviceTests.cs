using PmemTyped.Mapping.Devices;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests.Devices;

/// <summary>What is known about the NVDIMMs behind a file (mapping specification, section 14).</summary>
public sealed class PmemDeviceTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly MadeSysfs _sysfs = new();
    private readonly string _path;
    private readonly string _number;

    public PmemDeviceTests()
    {
        _path = _directory.File("file");
        File.WriteAllBytes(_path, new byte[4096]);
        _number = DeviceNumber.Of(_path);
    }

    public void Dispose()
    {
        _sysfs.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_device_that_sysfs_does_not_have_has_no_facts() =>
        AssertUnsupported(Device(), $"'{_path}': not supported by this medium: sysfs has no device dev/block/{_number}.");

    [Fact]
    public void A_disk_outside_every_region_has_no_facts()
    {
        _sysfs.Write("devices/pci0000:00/block/vda/dev", _number);
        _sysfs.Link($"dev/block/{_number}", "../../devices/pci0000:00/block/vda");
        AssertUnsupported(Device(), "belongs to no NVDIMM region");
    }

    [Fact]
    public void The_counts_of_the_interleaved_dimms_are_summed()
    {
        _sysfs.AddDimm(0, 3).AddDimm(1, 4).AddDimm(2, 100).AddRegion(0, 0, 1).AddDisk(_number);
        PmemDevice device = Device();
        Assert.Equal("region0", device.RegionName);
        Assert.Null(device.UnsupportedBecause);
        Assert.False(device.IsPartition);
        Assert.Equal(["nmem0", "nmem1"], device.Dimms.Order());
        Assert.True(device.TryGetUnsafeShutdownCount(out ulong count));
        Assert.Equal(7ul, count);
        Assert.Equal(7ul, device.GetUnsafeShutdownCount());
        Assert.True(device.TryGetNumaNode(out int node));
        Assert.Equal(1, node);
        Assert.Equal(1, device.GetNumaNode());
    }

    [Fact]
    public void The_device_id_joins_the_identifiers_in_the_order_of_the_bus_backwards()
    {
        _sysfs.AddDimm(2, 0).AddDimm(0, 0).AddDimm(1, 0).AddRegion(0, 0, 1, 2).AddDisk(_number);
        string[] listed = [.. Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_sysfs.PathOf(MadeSysfs.Dimm(0)))!, "nmem*")
            .Reverse()
            .Select(Path.GetFileName)!];
        PmemDevice device = Device();
        Assert.Equal(listed, device.Dimms);
        string expected = string.Concat(listed.Select(d => MadeSysfs.IdOf(d[^1] - '0')));
        Assert.True(device.TryGetDeviceId(out string id));
        Assert.Equal(expected, id);
        Assert.Equal(expected, device.GetDeviceId());
    }

    [Fact]
    public void A_partition_belongs_to_the_region_of_its_disk()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddPartition(_number, 2048);
        PmemDevice device = Device();
        Assert.True(device.IsPartition);
        Assert.Equal("region0", device.RegionName);
        Assert.Equal(3ul, device.GetUnsafeShutdownCount());
    }

    [Fact]
    public void Each_file_has_the_facts_of_its_own_region()
    {
        _sysfs.AddDimm(0, 3).AddDimm(1, 4).AddRegion(0, 0).AddRegion(1, 1).AddDisk("9:9", 0).AddDisk(_number, 1);
        Assert.Equal("region1", Device().RegionName);
        Assert.Equal(4ul, Device().GetUnsafeShutdownCount());
        Assert.Equal(MadeSysfs.IdOf(1), Device().GetDeviceId());
    }

    [Fact]
    public void A_dax_device_is_found_by_its_own_number()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0);
        _sysfs.Write($"{MadeSysfs.Region()}/dax0.1/dax/dax0.0/size", "1048576\n");
        _sysfs.Link("dev/char/252:3", $"../../{MadeSysfs.Region()}/dax0.1/dax/dax0.0");
        PmemDevice device = PmemDevice.At(DevicePlace.At(_sysfs.Root, "/dev/dax0.0", "dev/char/252:3"));
        Assert.Equal(("region0", 3ul), (device.RegionName, device.GetUnsafeShutdownCount()));
    }

    [Fact]
    public void A_region_of_another_bus_is_none()
    {
        _sysfs.Write("devices/platform/cxl/region0/dax_region0/dax0.0/size", "1\n");
        _sysfs.Link($"dev/block/{_number}", "../../devices/platform/cxl/region0/dax_region0/dax0.0");
        _sysfs.AddDimm(0, 3).AddRegion(0, 0);
        AssertUnsupported(Device(), "belongs to no NVDIMM region");
    }

    [Theory]
    [InlineData("-1\n")]
    [InlineData("-9223372036854775808\n")]
    [InlineData(null)]
    public void A_dimm_that_does_not_count_makes_the_sum_unsupported(string? counter)
    {
        _sysfs.AddDimm(0, 3).AddDimm(1, 4).AddRegion(0, 0, 1).AddDisk(_number);
        Replace($"{MadeSysfs.Dimm(1)}/nfit/dirty_shutdown", counter);
        PmemDevice device = Device();
        Assert.False(device.TryGetUnsafeShutdownCount(out ulong count));
        Assert.Equal(0ul, count);
        AssertRefused(() => device.GetUnsafeShutdownCount(), "nmem1 of region0 does not count unsafe shutdowns");
        Assert.NotEmpty(device.GetDeviceId());
    }

    [Theory]
    [InlineData("papr")]
    [InlineData("cxl")]
    public void The_attributes_of_other_firmware_are_read_too(string firmware)
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        Directory.Move(_sysfs.PathOf($"{MadeSysfs.Dimm(0)}/nfit"), _sysfs.PathOf($"{MadeSysfs.Dimm(0)}/{firmware}"));
        Assert.Equal((3ul, MadeSysfs.IdOf(0)), (Device().GetUnsafeShutdownCount(), Device().GetDeviceId()));
    }

    [Fact]
    public void A_dimm_without_identifier_makes_the_id_unsupported()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        _sysfs.Remove($"{MadeSysfs.Dimm(0)}/nfit/id");
        Assert.False(Device().TryGetDeviceId(out string id));
        Assert.Empty(id);
        AssertRefused(() => Device().GetDeviceId(), "nmem0 of region0 has no identifier");
    }

    [Fact]
    public void A_region_without_dimms_has_neither_count_nor_id()
    {
        _sysfs.AddRegion(0).AddDisk(_number);
        Assert.Empty(Device().Dimms);
        AssertRefused(() => Device().GetUnsafeShutdownCount(), "region0 is not made of DIMMs");
        AssertRefused(() => Device().GetDeviceId(), "region0 is not made of DIMMs");
        Assert.Equal(1, Device().GetNumaNode());
    }

    [Theory]
    [InlineData("-1\n")]
    [InlineData(null)]
    [InlineData("4294967296\n")]
    public void A_node_that_the_kernel_does_not_know_is_unsupported(string? node)
    {
        _sysfs.AddRegion(0).AddDisk(_number);
        Replace($"{MadeSysfs.Region()}/numa_node", node);
        Assert.False(Device().TryGetNumaNode(out int none));
        Assert.Equal(-1, none);
        AssertRefused(() => Device().GetNumaNode(), "NUMA node of region0");
    }

    [Theory]
    [InlineData("")]
    [InlineData("many\n")]
    [InlineData("0x\n")]
    [InlineData("99999999999999999999\n")]
    public void A_counter_that_is_no_number_is_reported(string content)
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        Replace($"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", content);
        PmemDevice device = Device();
        var refusal = Assert.Throws<PmemFormatException>(() => device.TryGetUnsafeShutdownCount(out _));
        Assert.EndsWith("nmem0/nfit/dirty_shutdown", refusal.Path, StringComparison.Ordinal);
        Assert.Equal("a number", refusal.Expected);
    }

    [Fact]
    public void Attributes_that_may_not_be_read_are_reported()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        string[] attributes = [$"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", $"{MadeSysfs.Dimm(0)}/nfit/id", $"{MadeSysfs.Region()}/deep_flush"];
        PmemDevice device = Device();
        Array.ForEach(attributes, a => File.SetUnixFileMode(_sysfs.PathOf(a), UnixFileMode.None));
        Unprivileged.Run(() =>
        {
            Assert.Equal(Errno.Access, Assert.Throws<PmemIOException>(() => device.GetUnsafeShutdownCount()).ErrorNumber);
            Assert.Equal(Errno.Access, Assert.Throws<PmemIOException>(() => device.GetDeviceId()).ErrorNumber);
            Assert.Equal(Errno.Access, Assert.Throws<PmemIOException>(() => device.DeepFlush()).ErrorNumber);
        });
    }

    [Fact]
    public void Directories_that_may_not_be_searched_or_listed_are_reported_not_taken_for_empty()
    {
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        string bus = Path.GetDirectoryName(_sysfs.PathOf(MadeSysfs.Region()))!;
        string dimm = _sysfs.PathOf($"{MadeSysfs.Dimm(0)}/nfit");
        using PmemSource source = PmemSource.Open(_path, platform: new PmemPlatform(_ => null, _sysfs.Root));
        PmemDevice device = PmemDevice.Of(source);
        File.SetUnixFileMode(dimm, UnixFileMode.None);
        Unprivileged.Run(() => Assert.Equal(Errno.Access, Assert.Throws<PmemIOException>(() => device.GetUnsafeShutdownCount()).ErrorNumber));
        File.SetUnixFileMode(dimm, All);
        File.SetUnixFileMode(bus, UnixFileMode.OtherExecute | UnixFileMode.GroupExecute | UnixFileMode.UserExecute);
        Unprivileged.Run(() => Assert.Equal(Errno.Access, Assert.Throws<PmemIOException>(() => PmemDevice.Of(source)).ErrorNumber));
        File.SetUnixFileMode(bus, All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("region0,0,1,0\n")]
    [InlineData("nmem0\n")]
    [InlineData("nmem/../../x,0,1,0\n")]
    [InlineData("nmem7,0,1,0\n")]
    public void A_list_of_dimms_that_makes_no_sense_is_reported(string mapping)
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        Replace($"{MadeSysfs.Region()}/mapping0", mapping);
        var refusal = Assert.Throws<PmemFormatException>(Device);
        Assert.EndsWith("mapping0", refusal.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void An_attribute_that_is_a_directory_is_reported()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        _sysfs.Remove($"{MadeSysfs.Region()}/numa_node");
        Directory.CreateDirectory(_sysfs.PathOf($"{MadeSysfs.Region()}/numa_node"));
        Assert.Equal(Errno.IsADirectory, Assert.Throws<PmemIOException>(() => Device().GetNumaNode()).ErrorNumber);
    }

    private PmemDevice Device()
    {
        using PmemSource source = PmemSource.Open(_path, platform: new PmemPlatform(_ => null, _sysfs.Root));
        return PmemDevice.Of(source);
    }

    private void Replace(string attribute, string? content)
    {
        _sysfs.Remove(attribute);
        if (content is not null)
        {
            _sysfs.Write(attribute, content);
        }
    }

    private static void AssertUnsupported(PmemDevice device, string message)
    {
        Assert.Null(device.RegionName);
        Assert.NotNull(device.UnsupportedBecause);
        Assert.Empty(device.Dimms);
        Assert.False(device.TryGetUnsafeShutdownCount(out _));
        Assert.False(device.TryGetDeviceId(out _));
        Assert.False(device.TryGetNumaNode(out _));
        AssertRefused(() => device.GetUnsafeShutdownCount(), message);
        AssertRefused(() => device.GetDeviceId(), message);
        AssertRefused(() => device.GetNumaNode(), message);
        AssertRefused(() => device.DeepFlush(), message);
    }

    private static void AssertRefused(Func<object> query, string message)
    {
        var refusal = Assert.Throws<NotSupportedException>(query);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("not supported by this medium", refusal.Message, StringComparison.Ordinal);
    }
}
