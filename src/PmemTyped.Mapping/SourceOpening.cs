using Microsoft.Win32.SafeHandles;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// Turns a path or a handle into a source, or says why it cannot be one. A path is looked at before it is opened,
/// because opening a device can set it going, and again through the descriptor, because the name may lead elsewhere
/// by then.
/// </summary>
internal static class SourceOpening
{
    private const string OnlyFiles = "Only a regular file can be mapped, or a dax device.";

    internal static PmemSource Open(FilePath path, bool writable, PmemPlatform? platform)
    {
        RequirePlatform();
        platform ??= PmemPlatform.Current;
        Examine(path, platform, out _);
        SafeFileDescriptor descriptor = SafeFileDescriptor.OpenExisting(path, writable, out int error)
            ?? throw Refusal("open", path, error, writable);
        return Adopt(descriptor, path, writable, platform);
    }

    /// <summary>
    /// Rows 2 and 3 of the mapping specification, section 2.1: the path can be examined, and what is there, if
    /// anything, may be mapped or is a directory. That there is nothing is left to the opening.
    /// </summary>
    internal static void Examine(FilePath path, PmemPlatform platform, out DaxDevice? device)
    {
        device = null;
        int error = path.GetStatus(out FileStatus status);
        if (error == Errno.NoEntry)
        {
            return;
        }

        if (error != Errno.None)
        {
            throw Refusal("open", path, error, writable: true);
        }

        device = DaxDevice.Find(status, platform);
        if (device is null && !status.IsRegularFile && !status.IsDirectory)
        {
            throw NotMappable(path, status);
        }
    }

    /// <summary>Makes a source of a descriptor, which belongs to it or is closed.</summary>
    internal static PmemSource Adopt(SafeFileDescriptor descriptor, FilePath path, bool writable, PmemPlatform platform)
    {
        try
        {
            int error = descriptor.GetStatus(out FileStatus status);
            if (error != Errno.None)
            {
                throw new PmemIOException("examine", path.Text, error, "Check the device.");
            }

            DaxDevice? device = DaxDevice.Find(status, platform);
            return device is not null || status.IsRegularFile
                ? new PmemSource(descriptor, path.Text, device is null ? path : null, writable, device, platform)
                : throw NotMappable(path, status);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    internal static PmemSource FromHandle(SafeFileHandle handle, PmemPlatform? platform)
    {
        RequirePlatform();
        ArgumentNullException.ThrowIfNull(handle);
        ObjectDisposedException.ThrowIf(handle.IsClosed, handle);
        if (handle.IsInvalid)
        {
            throw new ArgumentException("The handle refers to no file. Open one first.", nameof(handle));
        }

        SafeFileDescriptor descriptor = SafeFileDescriptor.Borrow(handle);
        try
        {
            string path = DescribeHandle(handle);
            if (descriptor.GetAccess(out FileAccessMode access) != Errno.None
                || descriptor.GetStatus(out FileStatus status) != Errno.None)
            {
                throw new ArgumentException($"Cannot map '{path}': nothing is open under this number.", nameof(handle));
            }

            if (!access.CanRead)
            {
                throw new ArgumentException(
                    $"Cannot map '{path}': it was opened for writing only, and a map must be able to read. "
                    + "Open it for reading and writing.",
                    nameof(handle));
            }

            platform ??= PmemPlatform.Current;
            DaxDevice? device = DaxDevice.Find(status, platform);
            return device is not null || status.IsRegularFile
                ? new PmemSource(descriptor, path, name: null, access.CanWrite, device, platform)
                : throw new ArgumentException(
                    $"Cannot map '{path}': {(status.IsDirectory ? "it is a directory" : "it is no file")}. {OnlyFiles}",
                    nameof(handle));
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    internal static PmemIOException Refusal(string operation, FilePath path, int error, bool writable) =>
        new(operation, path.Text, error, error == Errno.TooManyLinks && path.IsBeneath
            ? "It leads through a symbolic link, which is not followed there. Put the file or directory itself in its place."
            : NextStepFor(error, writable));

    internal static void RequirePlatform()
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian || !Environment.Is64BitProcess)
        {
            throw new PlatformNotSupportedException(
                "PmemTyped maps files on 64-bit little-endian Linux only; this process runs on something else.");
        }
    }

    private static PmemIOException NotMappable(FilePath path, FileStatus status) =>
        new("open", path.Text, status.IsDirectory ? Errno.IsADirectory : Errno.Invalid, OnlyFiles);

    // For messages only: the name may be gone, or lead elsewhere by the time it is read.
    private static string DescribeHandle(SafeFileHandle handle)
    {
        string number = FormattableString.Invariant($"{handle.DangerousGetHandle()}");
        return new FilePath("/proc/self/fd/" + number).ReadLink(out FilePath? name) == Errno.None
            ? name!.Text
            : "descriptor " + number;
    }

    private static string NextStepFor(int error, bool writable) => error switch
    {
        Errno.NoEntry or Errno.NotADirectory or Errno.NameTooLong or Errno.TooManyLinks => "Check the path.",
        Errno.Access or Errno.OperationNotPermitted or Errno.ReadOnlyFileSystem => writable
            ? "Read and write permission on the file, or write permission on its directory, is needed."
            : "Read permission on the file is needed.",
        Errno.Exists => "Choose another path, or remove the existing file first.",
        Errno.IsADirectory => "Give the path of a regular file.",
        _ => "See the error number.",
    };
}
