using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Testing;

/// <summary>The number of the device that a file lies on, as sysfs writes it.</summary>
public static class DeviceNumber
{
    public static string Of(string path)
    {
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(path, writable: false, out _)!;
        Assert.Equal(Errno.None, file.GetStatus(out FileStatus status));
        return FormattableString.Invariant($"{status.DeviceMajor}:{status.DeviceMinor}");
    }
}
