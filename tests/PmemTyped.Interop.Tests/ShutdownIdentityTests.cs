using System.Diagnostics;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>
/// The reference is shown a made sysfs in a mount namespace of its own; what it stores about the devices of a new pool
/// must be what we read from the same tree.
/// </summary>
public sealed class ShutdownIdentityTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly MadeSysfs _sysfs = new();

    public ShutdownIdentityTests() => _sysfs.AddDimm(2, 100).AddDimm(0, 3).AddDimm(1, 4);

    private string PathOfPool => _directory.File("pool");

    public void Dispose()
    {
        _sysfs.Dispose();
        _directory.Dispose();
    }

    [NamespaceFact]
    public void Interleaved_dimms() => AssertSame(7, number => _sysfs.AddRegion(0, 0, 1).AddDisk(number));

    [NamespaceFact]
    public void More_dimms_in_another_order() => AssertSame(107, number => _sysfs.AddRegion(0, 2, 1, 0).AddDisk(number));

    [NamespaceFact]
    public void The_second_of_two_regions() =>
        AssertSame(4, number => _sysfs.AddRegion(0, 0, 2).AddDisk("253:98").AddRegion(1, 1).AddDisk(number, 1));

    [NamespaceFact]
    public void Dimms_of_which_one_does_not_count() => AssertSame(0, number =>
    {
        _sysfs.AddRegion(0, 0, 1).AddDisk(number);
        _sysfs.Remove($"{MadeSysfs.Dimm(1)}/nfit/dirty_shutdown");
    });

    [NamespaceFact]
    public void Dimms_of_which_one_reports_a_negative_count() => AssertSame(0, number =>
    {
        _sysfs.AddRegion(0, 0, 1).AddDisk(number);
        _sysfs.Write($"{MadeSysfs.Dimm(0)}/nfit/dirty_shutdown", "-2\n");
    });

    [NamespaceFact]
    public void A_region_without_dimms() => AssertSame(0, number => _sysfs.AddRegion(0).AddDisk(number));

    [NamespaceFact]
    public void A_partition() => AssertSame(0, number => _sysfs.AddRegion(0, 0, 1).AddPartition(number, 2048));

    [NamespaceFact]
    public void Another_disk() => AssertSame(0, _ => _sysfs.AddRegion(0, 0, 1).AddDisk("253:98"));

    private void AssertSame(ulong count, Action<string> describe)
    {
        describe(NumberOf(_directory.Path));
        string script = $"mount --bind '{_sysfs.Root}' /sys && exec pmempool create --size=32M blk 512 '{PathOfPool}'";
        using Process reference = Process.Start(
            new ProcessStartInfo("unshare", ["--mount", "sh", "-c", script]) { RedirectStandardError = true })!;
        string error = reference.StandardError.ReadToEnd();
        Assert.True(reference.WaitForExit(TimeSpan.FromMinutes(1)) && reference.ExitCode == 0, error);

        byte[] header = new byte[PartHeaderLayout.SizeBytes];
        using (FileStream file = File.OpenRead(PathOfPool))
        {
            file.ReadExactly(header);
        }

        ShutdownStateLayout stored = Blittable.Read<PartHeaderLayout>(header).ShutdownState;
        using PmemSource source = PmemSource.Open(PathOfPool, platform: new PmemPlatform(_ => null, _sysfs.Root));
        Assert.Equal(new ShutdownIdentity(stored.UnsafeShutdownCount, stored.DeviceUuid), ShutdownIdentity.Detect(source));
        Assert.Equal(count, stored.UnsafeShutdownCount);
    }

    private static string NumberOf(string directory)
    {
        using SafeFileDescriptor opened = SafeFileDescriptor.OpenDirectory(directory, out _)!;
        opened.GetStatus(out FileStatus status);
        return FormattableString.Invariant($"{status.DeviceMajor}:{status.DeviceMinor}");
    }
}
