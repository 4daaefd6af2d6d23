using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>What statx(2) says about a file.</summary>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="AllocatedBytes">Bytes that the file system has allocated; less than the size for a sparse file.</param>
/// <param name="IsRegularFile">Whether it is a regular file.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="IsDax">Whether the file system reports the file as DAX.</param>
/// <param name="ChangeTimeSeconds">Time of the last status change, seconds since the Unix epoch.</param>
/// <param name="IsCharacterDevice">Whether it is a character device.</param>
/// <param name="BlockSizeBytes">Block size of the file system, as stat(2) reports it.</param>
/// <param name="DeviceMajor">Major number of the block device that the file lies on.</param>
/// <param name="DeviceMinor">Minor number of the block device that the file lies on.</param>
/// <param name="SpecialDeviceMajor">Major number of the device that the file is, 0 for no device.</param>
/// <param name="SpecialDeviceMinor">Minor number of the device that the file is, 0 for no device.</param>
public readonly record struct FileStatus(
    long SizeBytes,
    long AllocatedBytes,
    bool IsRegularFile,
    bool IsDirectory,
    bool IsDax,
    long ChangeTimeSeconds,
    bool IsCharacterDevice,
    long BlockSizeBytes,
    uint DeviceMajor,
    uint DeviceMinor,
    uint SpecialDeviceMajor,
    uint SpecialDeviceMinor)
{
    // The caller passes a NUL-terminated path that lives as long as the call. A link can be what is there only where links are
    // not followed; then it is what an open would say, ELOOP.
    internal static unsafe int Read(int directory, byte* path, int flags, out FileStatus status)
    {
        Interop.StatxResult result = default;

        // SAFETY: the result is a local of the size that the call writes; the path is the caller's.
        int returned = Interop.Statx(directory, path, flags, Interop.StatxBasicStats, &result);
        int type = result.Mode & Interop.FileTypeMask;
        status = new FileStatus(
            (long)result.SizeBytes,
            (long)result.Blocks512 * 512,
            type == Interop.FileTypeRegular,
            type == Interop.FileTypeDirectory,
            (result.Attributes & Interop.StatxAttributeDax) != 0,
            result.ChangeTimeSeconds,
            type == Interop.FileTypeCharacterDevice,
            result.BlockSizeBytes,
            result.DeviceMajor,
            result.DeviceMinor,
            result.SpecialDeviceMajor,
            result.SpecialDeviceMinor);
        return returned != 0 ? Marshal.GetLastPInvokeError()
            : type == Interop.FileTypeLink ? Errno.TooManyLinks
            : Errno.None;
    }
}
