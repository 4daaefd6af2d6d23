using PmemTyped.Mapping.Devices;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests.Devices;

/// <summary>What asking a region for a deep flush reads and writes (mapping specification, section 6.1).</summary>
public sealed class DeepFlushTests : IDisposable
{
    private static readonly string s_attribute = $"{MadeSysfs.Region()}/deep_flush";
    private readonly MadeSysfs _sysfs = new();

    public DeepFlushTests()
    {
        _sysfs.AddRegion(0);
        _sysfs.Write($"{MadeSysfs.Region()}/dax0.1/dax/dax0.0/size", "1048576\n");
        _sysfs.Link("dev/char/252:3", $"../../{MadeSysfs.Region()}/dax0.1/dax/dax0.0");
    }

    public void Dispose() => _sysfs.Dispose();

    [Theory]
    [InlineData("0\n", false, "0\n")]
    [InlineData("1\n", true, "1\n")]
    [InlineData("0", true, "1")]
    [InlineData("", true, "1")]
    [InlineData("x\n", true, "1\n")]
    [InlineData(null, false, null)]
    public void A_deep_flush_writes_the_attribute_unless_the_region_needs_none(string? before, bool asked, string? after)
    {
        _sysfs.Remove(s_attribute);
        if (before is not null)
        {
            _sysfs.Write(s_attribute, before);
        }

        Assert.Equal(asked, Device().DeepFlush());
        string path = _sysfs.PathOf(s_attribute);
        Assert.Equal(after, File.Exists(path) ? File.ReadAllText(path) : null);
    }

    [Fact]
    public void A_deep_flush_that_is_refused_is_reported()
    {
        string path = _sysfs.PathOf(s_attribute);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        PmemDevice device = Device();
        Unprivileged.Run(() =>
        {
            var refusal = Assert.Throws<PmemIOException>(() => device.DeepFlush());
            Assert.Equal((Errno.Access, "deep-flush through"), (refusal.ErrorNumber, refusal.Operation));
        });
        Assert.Equal("1\n", File.ReadAllText(path));
    }

    private PmemDevice Device() => PmemDevice.At(DevicePlace.At(_sysfs.Root, "/dev/dax0.0", "dev/char/252:3"));
}
