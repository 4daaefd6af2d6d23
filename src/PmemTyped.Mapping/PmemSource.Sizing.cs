using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <content>Files that begin empty and grow while they are in use.</content>
public sealed partial class PmemSource
{
    /// <summary>
    /// Opens a file for writing, or creates it with 0 bytes. The content of an existing file is kept, and so are its
    /// permission bits. Durability on return: none. (pmemset_source_from_file with CREATE_IF_NEEDED)
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="mode">Permission bits of a new file, less the umask. Default: owner reads and writes.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode has other bits.</exception>
    /// <exception cref="PmemIOException">It is a directory, nothing that can be mapped, or may not be opened.</exception>
    public static PmemSource OpenOrCreateEmpty(
        string path, UnixFileMode mode = OwnerOnly, PmemPlatform? platform = null) =>
        ClassicFile.OpenOrCreateEmpty(path, mode, platform);

    /// <inheritdoc cref="OpenOrCreateEmpty(string, UnixFileMode, PmemPlatform?)"/>
    /// <remarks>A name from outside is opened by <see cref="FilePath.Beneath(FilePath, FilePath)"/>, which follows no links.</remarks>
    public static PmemSource OpenOrCreateEmpty(
        FilePath path, UnixFileMode mode = OwnerOnly, PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ClassicFile.OpenOrCreateEmpty(path, mode, platform);
    }

    /// <summary>Creates a file of 0 bytes that has no name and vanishes with its last map.</summary>
    /// <param name="directory">Path of a directory on the file system to use.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemIOException">It is no directory, or may not be written.</exception>
    public static PmemSource CreateTemporaryEmpty(string directory, PmemPlatform? platform = null) =>
        ClassicFile.CreateTemporaryEmpty(directory, OwnerOnly, platform);

    /// <summary>
    /// Makes the file longer, with blocks allocated, so that no later store can meet a full disk. Existing maps stay as
    /// they are. When it fails the size is as before. Durability on return: none, see <see cref="SyncMetadata"/>.
    /// </summary>
    /// <param name="lengthBytes">The new size in bytes; not less than the present one.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than the present size.</exception>
    /// <exception cref="PmemIOException">The disk is full, a limit is reached, or the file may not be written.</exception>
    /// <exception cref="NotSupportedException">It is no regular file.</exception>
    public void Grow(long lengthBytes)
    {
        SafeFileDescriptor file = RequireFile("grow");
        long formerBytes = GetLengthBytes();
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, formerBytes);
        if (lengthBytes == formerBytes)
        {
            return;
        }

        int error = file.SetLength(lengthBytes);
        if (error == Errno.None)
        {
            error = file.AllocateRange(formerBytes, lengthBytes - formerBytes);
            error = error == Errno.NotSupported ? file.Allocate(lengthBytes) : error;
            if (error != Errno.None)
            {
                _ = file.SetLength(formerBytes);
            }
        }

        ThrowIf(
            error,
            FormattableString.Invariant($"grow from {formerBytes} to {lengthBytes} bytes"),
            "It has its former size; free space, check its limits, or open it for writing.");
    }

    /// <summary>
    /// Cuts a file. Bytes beyond the new end are lost, and a map that reaches there must not be touched there any more: a
    /// load or store would end the process.
    /// </summary>
    /// <param name="lengthBytes">The new size in bytes; not more than the present one.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than the present size.</exception>
    /// <exception cref="PmemIOException">The file may not be written.</exception>
    /// <exception cref="NotSupportedException">It is no regular file.</exception>
    public void DangerousCut(long lengthBytes)
    {
        SafeFileDescriptor file = RequireFile("cut");
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, GetLengthBytes());
        ThrowIf(file.SetLength(lengthBytes), "cut", "Open it for writing.");
    }
}
