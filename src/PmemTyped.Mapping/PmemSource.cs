using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// An open regular file that can be mapped. A map keeps the file and its lock alive by itself, so the source may
/// be disposed as soon as the map is made. Threads: one at a time. (libpmem2: pmem2_source_from_fd)
/// </summary>
public sealed class PmemSource : IDisposable
{
    private readonly SafeFileDescriptor _descriptor;

    private PmemSource(SafeFileDescriptor descriptor, string path, bool isWritable, PmemPlatform? platform)
    {
        _descriptor = descriptor;
        Kind = PmemSourceKind.RegularFile;
        Platform = platform ?? PmemPlatform.Current;
        Path = path;
        IsWritable = isWritable;
    }

    /// <summary>Gets the path as given.</summary>
    public string Path { get; }

    /// <summary>Gets a value indicating whether a shared writable map can be made.</summary>
    public bool IsWritable { get; }

    /// <summary>Gets what stands behind this source.</summary>
    public PmemSourceKind Kind { get; }

    /// <summary>Gets the platform that maps of this source depend on.</summary>
    public PmemPlatform Platform { get; }

    internal SafeFileDescriptor Descriptor => _descriptor;

    /// <summary>Opens an existing regular file. Nothing is changed.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="writable">Whether it will be stored to.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemIOException">It is missing, a directory, not regular, or may not be opened.</exception>
    public static PmemSource Open(string path, bool writable = true, PmemPlatform? platform = null)
    {
        RequirePlatform();
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileDescriptor descriptor = SafeFileDescriptor.OpenExisting(path, writable, out int error)
            ?? throw new PmemIOException("open", path, error, NextStepFor(error, writable));
        var source = new PmemSource(descriptor, path, writable, platform);
        try
        {
            FileStatus status = source.Status();
            if (!status.IsRegularFile)
            {
                throw new PmemIOException(
                    "open",
                    path,
                    status.IsDirectory ? Errno.IsADirectory : Errno.Invalid,
                    "Only a regular file can be mapped; give the path of one.");
            }

            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Creates a file that must not exist yet, with its blocks allocated unless <paramref name="sparse"/>.
    /// When anything fails the file is removed again. (libpmem: PMEM_FILE_CREATE | PMEM_FILE_EXCL)
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="lengthBytes">Size in bytes, greater than zero.</param>
    /// <param name="mode">Permission bits, less the umask; see <see cref="SetMode"/>. Default: owner reads and writes.</param>
    /// <param name="sparse">True leaves blocks unallocated: a full disk is then met at a store, which ends the process.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemIOException">It exists, the disk is full, or the directory may not be written.</exception>
    public static PmemSource Create(
        string path,
        long lengthBytes,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        bool sparse = false,
        PmemPlatform? platform = null)
    {
        RequirePlatform();
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        SafeFileDescriptor descriptor = SafeFileDescriptor.CreateNew(path, mode, out int error)
            ?? throw new PmemIOException("create", path, error, NextStepFor(error, writable: true));
        int failure = descriptor.SetLength(lengthBytes);
        if (failure == Errno.None && !sparse)
        {
            failure = descriptor.Allocate(lengthBytes);
        }

        if (failure != Errno.None)
        {
            _ = SafeFileDescriptor.Unlink(path);
            descriptor.Dispose();
            throw new PmemIOException(
                FormattableString.Invariant($"allocate {lengthBytes} bytes for"),
                path,
                failure,
                "The new file was removed; free space or choose a smaller size.");
        }

        return new PmemSource(descriptor, path, isWritable: true, platform);
    }

    /// <summary>Takes the exclusive advisory lock that PMDK's libraries take too; held until the last map is gone.</summary>
    /// <param name="operation">What is attempted, for the message.</param>
    /// <exception cref="PmemInUseException">Another process or another open in this one holds it.</exception>
    /// <exception cref="PmemIOException">The file system cannot lock.</exception>
    public void LockExclusive(string operation)
    {
        int error = _descriptor.TryLockExclusive();
        if (error == Errno.Again)
        {
            throw new PmemInUseException(operation, Path);
        }

        ThrowIf(error, "lock", "The file system must support flock.");
    }

    /// <summary>
    /// Allocates the blocks of the whole file, so that no later store can meet a full disk, which would end the process.
    /// Content and size are kept. (posix_fallocate)
    /// </summary>
    /// <exception cref="PmemIOException">The disk is full.</exception>
    public void AllocateBlocks() => ThrowIf(
        _descriptor.Allocate(GetLengthBytes()), "allocate the blocks of", "Its content is unchanged; free space first.");

    /// <summary>Gets what offset and length of a map must be multiples of. (pmem2_source_alignment)</summary>
    public long AlignmentBytes { get; } = Environment.SystemPageSize;

    /// <summary>Gets the current size in bytes. (pmem2_source_size)</summary>
    public long GetLengthBytes() => Status().SizeBytes;

    /// <summary>Gets the time of the last status change, seconds since the Unix epoch.</summary>
    public long GetChangeTimeSeconds() => Status().ChangeTimeSeconds;

    /// <summary>Sets the permission bits exactly; the umask does not apply.</summary>
    /// <param name="mode">Permission bits.</param>
    public void SetMode(UnixFileMode mode) =>
        ThrowIf(_descriptor.SetMode(mode), "set the mode of", "Check who owns the file.");

    /// <summary>
    /// Makes size, mode and directory entry of a new file durable; without it a power failure may lose the
    /// file although its content was persisted.
    /// </summary>
    public void SyncMetadata()
    {
        ThrowIf(_descriptor.Sync(), "sync", "Check the device.");
        string directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? "/";
        using SafeFileDescriptor? parent = SafeFileDescriptor.OpenDirectory(directory, out int error);
        ThrowIf(parent is null ? error : parent.Sync(), "sync the directory of", "Check the device.");
    }

    /// <summary>Removes the name of the file; maps of it stay valid.</summary>
    public void Unlink() => _ = SafeFileDescriptor.Unlink(Path);

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    internal string FileSystemName() =>
        _descriptor.GetFileSystemMagic(out long magic) == Errno.None
            ? FileSystemMagic.NameOf(magic)
            : "unknown file system";

    private static void RequirePlatform()
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian || !Environment.Is64BitProcess)
        {
            throw new PlatformNotSupportedException(
                "PmemTyped maps files on 64-bit little-endian Linux only; this process runs on something else.");
        }
    }

    private static string NextStepFor(int error, bool writable) => error switch
    {
        Errno.NoEntry or Errno.NotADirectory => "Check the path.",
        Errno.Access or Errno.OperationNotPermitted or Errno.ReadOnlyFileSystem => writable
            ? "Read and write permission on the file, or write permission on its directory, is needed."
            : "Read permission on the file is needed.",
        Errno.Exists => "Choose another path, or remove the existing file first.",
        Errno.IsADirectory => "Give the path of a regular file.",
        _ => "See the error number.",
    };

    private FileStatus Status()
    {
        ThrowIf(_descriptor.GetStatus(out FileStatus status), "examine", "Check the device.");
        return status;
    }

    private void ThrowIf(int error, string operation, string nextStep)
    {
        if (error != Errno.None)
        {
            throw new PmemIOException(operation, Path, error, nextStep);
        }
    }
}
