using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Devices;

/// <summary>The directory in sysfs of the device behind a source: its disk or partition, or the device that it is.</summary>
/// <param name="Tree">The tree that was searched.</param>
/// <param name="Path">The source, for messages.</param>
/// <param name="Link">The link that was followed, relative to the root.</param>
/// <param name="Directory">Where it leads, or null when there is no such device.</param>
internal sealed record DevicePlace(SysfsTree Tree, string Path, string Link, string? Directory)
{
    /// <summary>A partition is a directory inside that of its disk, with this attribute.</summary>
    internal bool IsPartition => Directory is not null && System.IO.Path.Exists($"{Directory}/partition");

    /// <summary>The directory of the whole disk.</summary>
    internal string? Disk => IsPartition ? Tree.Parent(Directory!) : Directory;

    internal static DevicePlace Of(PmemSource source, in FileStatus status)
    {
        string link = status.IsRegularFile
            ? FormattableString.Invariant($"dev/block/{status.DeviceMajor}:{status.DeviceMinor}")
            : FormattableString.Invariant($"dev/char/{status.SpecialDeviceMajor}:{status.SpecialDeviceMinor}");
        return At(source.Platform.SysfsRoot, source.Path, link);
    }

    internal static DevicePlace At(string sysfsRoot, string path, string link)
    {
        var tree = new SysfsTree(sysfsRoot);
        return new DevicePlace(tree, path, link, tree.Resolve(link));
    }

    internal static FileStatus StatusOf(PmemSource source)
    {
        int error = source.RequireDescriptor("examine").GetStatus(out FileStatus status);
        return error == Errno.None
            ? status
            : throw new PmemIOException("examine", source.Path, error, "Check the device.");
    }
}
