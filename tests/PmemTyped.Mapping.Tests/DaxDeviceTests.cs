using Microsoft.Win32.SafeHandles;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>
/// Devices of the dax subsystem (mapping specification, sections 2.1, 12.1 and 12.8). A device tree of the test declares
/// /dev/zero to be one: it can be mapped shared, and every map of it is new zeroed memory.
/// </summary>
public sealed class DaxDeviceTests : IDisposable
{
    private const string Device = "/dev/zero";
    private const long DeviceBytes = 4 << 20;
    private readonly TempDirectory _sysfs = TempDirectory.Create();
    private readonly PmemPlatform _platform;

    public DaxDeviceTests()
    {
        _platform = new PmemPlatform(_ => null, _sysfs.Path);
        Directory.CreateDirectory(Attribute("device"));
        File.CreateSymbolicLink(Attribute("subsystem"), "../../../bus/dax");
        File.WriteAllText(Attribute("size"), FormattableString.Invariant($"{DeviceBytes}\n"));
        File.WriteAllText(Attribute("device/align"), "2097152\n");
    }

    public void Dispose() => _sysfs.Dispose();

    [Fact]
    public void Size_and_alignment_come_from_the_device_tree()
    {
        using PmemSource source = PmemSource.Open(Device, platform: _platform);
        AssertIsTheDevice(source);
    }

    [Fact]
    public void A_handle_of_a_device_gives_the_same_source()
    {
        using SafeFileHandle handle = File.OpenHandle(Device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using PmemSource source = PmemSource.FromHandle(handle, _platform);
        AssertIsTheDevice(source);
    }

    [Fact]
    public void A_device_can_be_mapped_and_stored_to()
    {
        using PmemSource source = PmemSource.Open(Device, platform: _platform);
        using PmemMap map = PmemMap.Map(source);
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(DeviceBytes - 1, [1]);
        Assert.Equal((DeviceBytes, 1), (map.LengthBytes, lease.Window(DeviceBytes - 1, 1)[0]));
    }

    [Theory]
    [InlineData("device/align", "align")]
    [InlineData("device/align", null)]
    public void The_alignment_may_stand_beside_the_size_or_be_absent(string from, string? to)
    {
        string text = File.ReadAllText(Attribute(from));
        File.Delete(Attribute(from));
        if (to is not null)
        {
            File.WriteAllText(Attribute(to), text);
        }

        using PmemSource source = PmemSource.Open(Device, platform: _platform);
        Assert.Equal(to is null ? Environment.SystemPageSize : 2 << 20, source.AlignmentBytes);
    }

    [Theory]
    [InlineData("size", "")]
    [InlineData("size", "\n")]
    [InlineData("size", "-1\n")]
    [InlineData("size", "4 MiB\n")]
    [InlineData("size", "9223372036854775808\n")]
    [InlineData("device/align", "")]
    [InlineData("device/align", "0\n")]
    [InlineData("device/align", "1024\n")]
    [InlineData("device/align", "3145728\n")]
    [InlineData("device/align", "two\n")]
    public void An_attribute_that_makes_no_sense_is_reported(string attribute, string text)
    {
        File.WriteAllText(Attribute(attribute), text);
        var refusal = Assert.Throws<PmemFormatException>(() => PmemSource.Open(Device, platform: _platform));
        Assert.Equal((Attribute(attribute), $"'{text.TrimEnd('\n')}'"), (refusal.Path, refusal.Found));
        Assert.Throws<PmemFormatException>(() => PmemMap.MapFile(Device, platform: _platform));
    }

    [Theory]
    [InlineData("size", Errno.NoEntry, true)]
    [InlineData("size", Errno.Access, false)]
    [InlineData("device/align", Errno.Access, false)]
    public void An_attribute_that_cannot_be_read_is_reported(string attribute, int error, bool removed)
    {
        if (removed)
        {
            File.Delete(Attribute(attribute));
        }
        else
        {
            File.SetUnixFileMode(Attribute(attribute), UnixFileMode.None);
        }

        Unprivileged.Run(() =>
        {
            var refusal = Assert.Throws<PmemIOException>(() => PmemSource.Open(Device, platform: _platform));
            Assert.Equal((error, Attribute(attribute)), (refusal.ErrorNumber, refusal.Path));
        });
    }

    [Theory]
    [InlineData("../../../class/mem")]
    [InlineData("../../../bus/notdax")]
    [InlineData(null)]
    public void A_character_device_of_another_subsystem_is_refused(string? subsystem)
    {
        File.Delete(Attribute("subsystem"));
        if (subsystem is not null)
        {
            File.CreateSymbolicLink(Attribute("subsystem"), subsystem);
        }

        var refusal = Assert.Throws<PmemIOException>(() => PmemSource.Open(Device, platform: _platform));
        Assert.Equal(Errno.Invalid, refusal.ErrorNumber);
    }

    // Rows 5 and 7 of section 2.1, and the sentence after the table.
    [Theory]
    [InlineData(0, PmemFileOptions.None, null)]
    [InlineData(DeviceBytes, PmemFileOptions.None, null)]
    [InlineData(0, PmemFileOptions.Create, null)]
    [InlineData(DeviceBytes, PmemFileOptions.Create | PmemFileOptions.Sparse, null)]
    [InlineData(0, PmemFileOptions.Sparse, null)]
    [InlineData(-1, PmemFileOptions.Exclusive, "options")]
    [InlineData(0, PmemFileOptions.Create | PmemFileOptions.Exclusive, "options")]
    [InlineData(0, PmemFileOptions.Create | PmemFileOptions.Temporary, "options")]
    [InlineData(0, PmemFileOptions.Create | PmemFileOptions.AllowShrink, "options")]
    [InlineData(-1, PmemFileOptions.Create, "lengthBytes")]
    [InlineData(DeviceBytes - 1, PmemFileOptions.Create, "lengthBytes")]
    [InlineData(DeviceBytes + 1, PmemFileOptions.None, "lengthBytes")]
    [InlineData(-1, PmemFileOptions.None, "lengthBytes")]
    public void The_classic_call_takes_the_whole_device_or_refuses(
        long lengthBytes, PmemFileOptions options, string? parameter)
    {
        if (parameter is null)
        {
            using PmemMap map = PmemMap.MapFile(Device, lengthBytes, options, platform: _platform);
            Assert.Equal(DeviceBytes, map.LengthBytes);
        }
        else
        {
            var refusal = Assert.ThrowsAny<ArgumentException>(
                () => PmemMap.MapFile(Device, lengthBytes, options, platform: _platform));
            Assert.Equal(parameter, refusal.ParamName);
        }
    }

    [Fact]
    public void A_device_is_read_and_written_past_its_maps_inside_its_size_only()
    {
        using PmemSource source = PmemSource.Open(Device, platform: _platform);
        byte[] bytes = new byte[200_000];
        Array.Fill(bytes, (byte)0xFF);
        source.WriteAt(DeviceBytes - bytes.Length, bytes);
        source.ReadAt(DeviceBytes - bytes.Length, bytes);
        Assert.DoesNotContain(bytes, b => b != 0);
        source.ReadAt(DeviceBytes, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.ReadAt(DeviceBytes, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.WriteAt(DeviceBytes + 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.ReadAt(-1, []));
    }

    [Fact]
    public void A_device_opened_for_reading_is_not_written()
    {
        using PmemSource source = PmemSource.Open(Device, writable: false, _platform);
        Assert.Throws<InvalidOperationException>(() => source.WriteAt(0, [1]));
        source.ReadAt(0, new byte[1]);
    }

    [Fact]
    public void A_device_refuses_what_only_files_have()
    {
        using PmemSource source = PmemSource.Open(Device, platform: _platform);
        Assert.Throws<NotSupportedException>(source.AllocateBlocks);
        Assert.Throws<NotSupportedException>(source.SyncMetadata);
        Assert.Throws<InvalidOperationException>(source.Unlink);
    }

    private static void AssertIsTheDevice(PmemSource source)
    {
        Assert.Equal((PmemSourceKind.DeviceDax, DeviceBytes), (source.Kind, source.GetLengthBytes()));
        Assert.Equal((2 << 20, true), (source.AlignmentBytes, source.IsWritable));
        Assert.Equal((Device, "devdax"), (source.Path, source.FileSystemName()));
    }

    private string Attribute(string name) => Path.Combine(_sysfs.Path, "dev/char/1:5", name);
}
