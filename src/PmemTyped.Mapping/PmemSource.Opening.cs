using Microsoft.Win32.SafeHandles;
using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>The ways to a source.</summary>
public sealed partial class PmemSource
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens an existing regular file or dax device. Nothing is changed.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="writable">Whether it will be stored to.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemIOException">
    /// It is missing, a directory (EISDIR), nothing that can be mapped (EINVAL), or may not be opened.
    /// </exception>
    /// <exception cref="PmemFormatException">It is a dax device whose attributes make no sense.</exception>
    public static PmemSource Open(string path, bool writable = true, PmemPlatform? platform = null) =>
        SourceOpening.Open(path, writable, platform);

    /// <inheritdoc cref="Open(string, bool, PmemPlatform?)"/>
    public static PmemSource Open(ReadOnlySpan<byte> path, bool writable = true, PmemPlatform? platform = null) =>
        SourceOpening.Open(new FilePath(path), writable, platform);

    /// <inheritdoc cref="Open(string, bool, PmemPlatform?)"/>
    /// <remarks>A name from outside is opened by <see cref="FilePath.Beneath(FilePath, FilePath)"/>, which follows no links.</remarks>
    public static PmemSource Open(FilePath path, bool writable = true, PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return SourceOpening.Open(path, writable, platform);
    }

    /// <summary>
    /// Creates a file that must not exist yet, with its blocks allocated unless <paramref name="sparse"/>.
    /// When anything fails the file is removed again. Durability on return: none, see <see cref="SyncMetadata"/>.
    /// (libpmem: PMEM_FILE_CREATE | PMEM_FILE_EXCL)
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="lengthBytes">Size in bytes, greater than zero.</param>
    /// <param name="mode">
    /// Permission bits, less the umask; see <see cref="SetMode"/>. Default: owner reads and writes.
    /// </param>
    /// <param name="sparse">
    /// True leaves blocks unallocated: a full disk is then met at a store, which ends the process.
    /// </param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size is not greater than zero, or the mode has other bits.
    /// </exception>
    /// <exception cref="PmemIOException">It exists, the disk is full, or the directory may not be written.</exception>
    public static PmemSource Create(
        string path,
        long lengthBytes,
        UnixFileMode mode = OwnerOnly,
        bool sparse = false,
        PmemPlatform? platform = null) => Create(new FilePath(path), lengthBytes, mode, sparse, platform);

    /// <inheritdoc cref="Create(string, long, UnixFileMode, bool, PmemPlatform?)"/>
    public static PmemSource Create(
        ReadOnlySpan<byte> path,
        long lengthBytes,
        UnixFileMode mode = OwnerOnly,
        bool sparse = false,
        PmemPlatform? platform = null) => Create(new FilePath(path), lengthBytes, mode, sparse, platform);

    /// <inheritdoc cref="Create(string, long, UnixFileMode, bool, PmemPlatform?)"/>
    /// <remarks>A name from outside is made by <see cref="FilePath.Beneath(FilePath, FilePath)"/>, which follows no links.</remarks>
    public static PmemSource Create(
        FilePath path,
        long lengthBytes,
        UnixFileMode mode = OwnerOnly,
        bool sparse = false,
        PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ClassicFile.OpenOrCreate(
            path,
            lengthBytes,
            PmemFileOptions.Create | PmemFileOptions.Exclusive | SparseIf(sparse),
            mode,
            platform).Source;
    }

    /// <summary>
    /// Opens or creates under the rules of the classic call: see <see cref="PmemFileOptions"/>. When anything fails,
    /// a new file is removed again and an existing one has its former size, content and mode. Durability on return:
    /// none, see
    /// <see cref="SyncMetadata"/>. (libpmem: the opening half of pmem_map_file; mapping specification, section 2)
    /// </summary>
    /// <param name="path">Path of the file; of a directory for a temporary file.</param>
    /// <param name="lengthBytes">
    /// With Create: size in bytes, greater than zero; otherwise 0. A device: its size, or 0.
    /// </param>
    /// <param name="options">What may be done.</param>
    /// <param name="mode">Permission bits of a new file, less the umask.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentException">
    /// The options contradict each other, or the length does not go with them or with the size of an existing file.
    /// </exception>
    /// <exception cref="PmemIOException">
    /// The system refused; the error number is the one that libpmem gives.
    /// </exception>
    /// <exception cref="PmemFormatException">It is a dax device whose attributes make no sense.</exception>
    public static PmemSource OpenOrCreate(
        string path,
        long lengthBytes = 0,
        PmemFileOptions options = PmemFileOptions.None,
        UnixFileMode mode = OwnerOnly,
        PmemPlatform? platform = null) =>
        ClassicFile.OpenOrCreate(path, lengthBytes, options, mode, platform).Source;

    /// <inheritdoc cref="OpenOrCreate(string, long, PmemFileOptions, UnixFileMode, PmemPlatform?)"/>
    public static PmemSource OpenOrCreate(
        ReadOnlySpan<byte> path,
        long lengthBytes = 0,
        PmemFileOptions options = PmemFileOptions.None,
        UnixFileMode mode = OwnerOnly,
        PmemPlatform? platform = null) =>
        ClassicFile.OpenOrCreate(new FilePath(path), lengthBytes, options, mode, platform).Source;

    /// <summary>
    /// Creates a file that has no name and vanishes with its last map. Where the file system has no such files
    /// (O_TMPFILE) it has a name that nobody can guess, for a moment. (libpmem: PMEM_FILE_TMPFILE; mapping
    /// specification, section 2.4)
    /// </summary>
    /// <param name="directory">Path of a directory on the file system to use.</param>
    /// <param name="lengthBytes">Size in bytes, greater than zero.</param>
    /// <param name="mode">
    /// Permission bits, less the umask. They matter to who opens it by its descriptor in /proc.
    /// </param>
    /// <param name="sparse">
    /// True leaves blocks unallocated: a full disk is then met at a store, which ends the process.
    /// </param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size is not greater than zero, or the mode has other bits.
    /// </exception>
    /// <exception cref="PmemIOException">It is no directory, may not be written, or the disk is full.</exception>
    public static PmemSource CreateTemporary(
        string directory,
        long lengthBytes,
        UnixFileMode mode = OwnerOnly,
        bool sparse = false,
        PmemPlatform? platform = null) => CreateTemporary(new FilePath(directory), lengthBytes, mode, sparse, platform);

    /// <inheritdoc cref="CreateTemporary(string, long, UnixFileMode, bool, PmemPlatform?)"/>
    public static PmemSource CreateTemporary(
        ReadOnlySpan<byte> directory,
        long lengthBytes,
        UnixFileMode mode = OwnerOnly,
        bool sparse = false,
        PmemPlatform? platform = null) => CreateTemporary(new FilePath(directory), lengthBytes, mode, sparse, platform);

    /// <summary>
    /// Uses a file that is open already. The handle is borrowed: neither duplicated nor closed, and its owner may
    /// dispose it, but the file stays open until this source is disposed. A map can be stored to if the handle can be
    /// written to. (pmem2_source_from_fd; mapping specification, section 12.1)
    /// </summary>
    /// <param name="handle">A handle that can be read.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentException">
    /// Nothing is open there, it was opened for writing only, or it is neither a regular file nor a dax device.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    /// <exception cref="PmemFormatException">It is a dax device whose attributes make no sense.</exception>
    /// <exception cref="PmemIOException">It is a dax device whose attributes cannot be read.</exception>
    public static PmemSource FromHandle(SafeFileHandle handle, PmemPlatform? platform = null) =>
        SourceOpening.FromHandle(handle, platform);

    /// <summary>Stands for new, zeroed memory of this process, which no file keeps. (pmem2_source_from_anon)</summary>
    /// <param name="lengthBytes">Size in bytes, greater than zero; libpmem2 refuses 0 when it is mapped.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not greater than zero.</exception>
    public static PmemSource Anonymous(long lengthBytes, PmemPlatform? platform = null)
    {
        SourceOpening.RequirePlatform();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        return new PmemSource(lengthBytes, platform ?? PmemPlatform.Current);
    }

    private static PmemSource CreateTemporary(
        FilePath directory, long lengthBytes, UnixFileMode mode, bool sparse, PmemPlatform? platform) =>
        ClassicFile.OpenOrCreate(
            directory,
            lengthBytes,
            PmemFileOptions.Create | PmemFileOptions.Temporary | SparseIf(sparse),
            mode,
            platform).Source;

    private static PmemFileOptions SparseIf(bool sparse) => sparse ? PmemFileOptions.Sparse : PmemFileOptions.None;
}
