using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;
using PmemTyped.Native;
using PmemTyped.Testing;

namespace PmemTyped.Sets.Tests;

/// <summary>
/// The identity is that of the devices behind the file (block pool format, section 4): zero where there are none, unknown
/// where it cannot be read, never made up.
/// </summary>
public sealed class ShutdownIdentityTests : IDisposable
{
    private static readonly ShutdownIdentity s_none = new(0, 0);
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly MadeSysfs _sysfs = new();
    private readonly string _path;
    private readonly string _number;

    public ShutdownIdentityTests()
    {
        _path = _directory.File("file");
        File.WriteAllBytes(_path, new byte[4096]);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(_path, writable: false, out _)!;
        file.GetStatus(out FileStatus status);
        _number = FormattableString.Invariant($"{status.DeviceMajor}:{status.DeviceMinor}");
    }

    public void Dispose()
    {
        _sysfs.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_kernel_without_devices_has_no_counters() =>
        Assert.Equal(s_none, Detect(_directory.File("missing")));

    [Fact]
    public void A_file_beside_the_regions_of_a_machine_has_no_counters()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk("9:9");
        Assert.Equal(s_none, Detect());
    }

    [Fact]
    public void A_region_without_dimms_has_no_counters()
    {
        _sysfs.AddRegion(0).AddDisk(_number);
        Assert.Equal(s_none, Detect());
    }

    // The numbers are those that libpmemblk 1.12.1 stored in a pool on two such DIMMs, listed in either order.
    [Fact]
    public void The_identity_of_dimms_is_that_of_the_reference()
    {
        _sysfs.AddDimm(0, 3).AddDimm(1, 4).AddDimm(2, 100).AddRegion(0, 0, 1).AddDisk(_number);
        ulong expected = Dimms()[0] == "nmem0" ? Uuid("nmem0", "nmem1") : Uuid("nmem1", "nmem0");
        Assert.Equal(new ShutdownIdentity(7, expected), Detect());
        Assert.Equal([0x0fc6_bbc7_fc26_4f22UL, 0x0fc6_bacd_fc26_4e23UL], new[] { Uuid("nmem0", "nmem1"), Uuid("nmem1", "nmem0") });
    }

    [Fact]
    public void Each_file_has_the_identity_of_its_own_region()
    {
        _sysfs.AddDimm(0, 3).AddDimm(1, 4).AddRegion(0, 0).AddRegion(1, 1).AddDisk("9:9", 0).AddDisk(_number, 1);
        Assert.Equal(new ShutdownIdentity(4, Uuid("nmem1")), Detect());
    }

    [Theory]
    [InlineData("-1\n")]
    [InlineData(null)]
    public void Dimms_that_do_not_count_have_the_count_zero_and_their_uuid(string? counter)
    {
        _sysfs.AddDimm(0, 3).AddDimm(1, 4).AddRegion(0, 0, 1).AddDisk(_number);
        Replace($"{MadeSysfs.Dimm(1)}/nfit/dirty_shutdown", counter);
        Assert.Equal(new ShutdownIdentity(0, Uuid([.. Dimms()])), Detect());
    }

    [Fact]
    public void On_a_partition_there_are_none_because_PMDK_finds_none()
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddPartition(_number, 2048);
        Assert.Equal(s_none, Detect());
    }

    [Theory]
    [InlineData("nfit/dirty_shutdown", "many\n")]
    [InlineData("nfit/dirty_shutdown", "")]
    [InlineData("nfit/id", null)]
    public void What_cannot_be_understood_makes_the_identity_unknown(string attribute, string? content)
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        Replace($"{MadeSysfs.Dimm(0)}/{attribute}", content);
        Assert.Null(Detect());
    }

    [Theory]
    [InlineData("nmem0/nfit/dirty_shutdown")]
    [InlineData("nmem0/nfit/id")]
    [InlineData("region0/mapping0")]
    public void What_may_not_be_read_makes_the_identity_unknown(string attribute)
    {
        _sysfs.AddDimm(0, 3).AddRegion(0, 0).AddDisk(_number);
        string bus = Path.GetDirectoryName(MadeSysfs.Region())!;
        File.SetUnixFileMode(_sysfs.PathOf($"{bus}/{attribute}"), UnixFileMode.None);
        using PmemSource source = Open(_sysfs.Root);
        Unprivileged.Run(() => Assert.Null(ShutdownIdentity.Detect(source)));
    }

    // Length plus terminator, to the next multiple of four, at least one byte more (block pool format, section 4).
    private static ulong Uuid(params string[] dimms)
    {
        string id = string.Concat(dimms.Select(d => MadeSysfs.IdOf(d[^1] - '0')));
        byte[] padded = new byte[(((id.Length + 1) / 4) + 1) * 4];
        System.Text.Encoding.ASCII.GetBytes(id, padded);
        return Fletcher64.Compute(padded);
    }

    private IReadOnlyList<string> Dimms()
    {
        using PmemSource source = Open(_sysfs.Root);
        return PmemDevice.Of(source).Dimms;
    }

    private ShutdownIdentity? Detect(string? root = null)
    {
        using PmemSource source = Open(root ?? _sysfs.Root);
        return ShutdownIdentity.Detect(source);
    }

    private PmemSource Open(string root) => PmemSource.Open(_path, platform: new PmemPlatform(_ => null, root));

    private void Replace(string attribute, string? content)
    {
        _sysfs.Remove(attribute);
        if (content is not null)
        {
            _sysfs.Write(attribute, content);
        }
    }
}
