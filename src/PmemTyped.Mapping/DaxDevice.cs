using System.Globalization;
using System.Numerics;
using PmemTyped.Mapping.Devices;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// A character device of the dax subsystem: which one it is and what the device tree says about it (mapping
/// specification, sections 2.1, 12.1 and 15).
/// </summary>
internal sealed record DaxDevice(long SizeBytes, long AlignmentBytes)
{
    /// <summary>Finds out whether a file is such a device; null when it is something else.</summary>
    /// <exception cref="PmemIOException">An attribute cannot be read.</exception>
    /// <exception cref="PmemFormatException">An attribute is not what the kernel writes.</exception>
    internal static DaxDevice? Find(FileStatus status, PmemPlatform platform)
    {
        if (!status.IsCharacterDevice)
        {
            return null;
        }

        string device = FormattableString.Invariant(
            $"{platform.SysfsRoot.TrimEnd('/')}/dev/char/{status.SpecialDeviceMajor}:{status.SpecialDeviceMinor}");
        bool hasSubsystem = new FilePath(device + "/subsystem").ReadLink(out FilePath? subsystem) == Errno.None;
        bool isDax = hasSubsystem && System.IO.Path.GetFileName(subsystem!.Text) == "dax";
        var tree = new SysfsTree(platform.SysfsRoot);
        return isDax ? new DaxDevice(SizeOf(tree, device), AlignmentOf(tree, device)) : null;
    }

    private static long SizeOf(SysfsTree tree, string device)
    {
        string path = device + "/size";
        return tree.Read(path, out int error) is { } text
            ? Number(path, text, "a size in bytes", _ => true)
            : throw Unreadable(path, error);
    }

    // Where the attribute is depends on the kernel; one that has neither gives every device pages.
    private static long AlignmentOf(SysfsTree tree, string device)
    {
        foreach (string path in (ReadOnlySpan<string>)[device + "/device/align", device + "/align"])
        {
            if (tree.Read(path, out int error) is { } text)
            {
                return Number(path, text, "a power of two of at least one page", IsSensible);
            }

            if (error != Errno.NoEntry)
            {
                throw Unreadable(path, error);
            }
        }

        return Environment.SystemPageSize;

        static bool IsSensible(long bytes) => bytes >= Environment.SystemPageSize && BitOperations.IsPow2(bytes);
    }

    private static long Number(string path, string text, string expected, Func<long, bool> isSensible) =>
        long.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && isSensible(number)
            ? number
            : throw new PmemFormatException(
                path, "device attribute", 0, expected, SysfsTree.Quote(text.TrimEnd('\n')), "Look at the device with 'daxctl list'.");

    private static PmemIOException Unreadable(string path, int error) =>
        new("read the device attribute", path, error, "Look at the device with 'daxctl list'.");
}
