using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// What can be mapped: a regular file, a device of the dax subsystem, or memory of this process. A map keeps the file
/// and its lock alive by itself, so the source may be disposed as soon as the map is made. Once disposed, what needs
/// the file throws <see cref="ObjectDisposedException"/>. Threads: one at a time. (libpmem2: pmem2_source; mapping
/// specification, section 12.1)
/// </summary>
/// <remarks>
/// A path is text, which becomes UTF-8, or the bytes of the name, which need not be UTF-8. It must not be empty nor
/// have a NUL inside (<see cref="ArgumentException"/>). Another character device than those of the dax subsystem, a
/// block device, a pipe and a socket are refused before they are opened.
/// </remarks>
public sealed partial class PmemSource : IDisposable
{
    private readonly SafeFileDescriptor? _descriptor;
    private readonly FilePath? _name;
    private readonly long _fixedLengthBytes;

    internal PmemSource(
        SafeFileDescriptor descriptor,
        string path,
        FilePath? name,
        bool isWritable,
        DaxDevice? device,
        PmemPlatform platform)
    {
        _descriptor = descriptor;
        _name = name;
        _fixedLengthBytes = device?.SizeBytes ?? 0;
        Kind = device is null ? PmemSourceKind.RegularFile : PmemSourceKind.DeviceDax;
        AlignmentBytes = device?.AlignmentBytes ?? Environment.SystemPageSize;
        Platform = platform;
        Path = path;
        IsWritable = isWritable;
    }

    private PmemSource(long anonymousBytes, PmemPlatform platform)
    {
        _fixedLengthBytes = anonymousBytes;
        Kind = PmemSourceKind.Anonymous;
        AlignmentBytes = Environment.SystemPageSize;
        Platform = platform;
        Path = "anonymous memory";
        IsWritable = true;
    }

    /// <summary>
    /// Gets the path as given, for messages; what the link names for a file that was created through a symbolic link; a
    /// description for a source without a path. Bytes that are not UTF-8 are shown as \xNN.
    /// </summary>
    public string Path { get; }

    /// <summary>Gets a value indicating whether a shared writable map can be made.</summary>
    public bool IsWritable { get; }

    /// <summary>Gets what stands behind this source.</summary>
    public PmemSourceKind Kind { get; }

    /// <summary>Gets the platform that maps of this source depend on.</summary>
    public PmemPlatform Platform { get; }

    /// <summary>
    /// Gets what offset and length of a map must be multiples of: the page size, or what a device says.
    /// (pmem2_source_alignment)
    /// </summary>
    public long AlignmentBytes { get; }

    /// <summary>Gets the open file; null for anonymous memory, and only for it.</summary>
    internal SafeFileDescriptor? Descriptor => _descriptor;

    /// <summary>Gets the current size of the file, or that of the device or memory. (pmem2_source_size)</summary>
    /// <returns>Bytes.</returns>
    /// <exception cref="PmemIOException">The file cannot be examined.</exception>
    public long GetLengthBytes() =>
        Kind == PmemSourceKind.RegularFile ? Status("examine").SizeBytes : _fixedLengthBytes;

    /// <summary>Gets the time of the last status change, seconds since the Unix epoch.</summary>
    /// <exception cref="NotSupportedException">It is anonymous memory.</exception>
    /// <exception cref="PmemIOException">The file cannot be examined.</exception>
    public long GetChangeTimeSeconds() => Status("get the change time of").ChangeTimeSeconds;

    /// <summary>
    /// Takes the exclusive advisory lock that PMDK's libraries take too; held until the last map is gone.
    /// </summary>
    /// <param name="operation">What is attempted, for the message.</param>
    /// <exception cref="PmemInUseException">Another process or another open in this one holds it.</exception>
    /// <exception cref="PmemIOException">The file system cannot lock.</exception>
    /// <exception cref="NotSupportedException">It is anonymous memory.</exception>
    public void LockExclusive(string operation) =>
        ThrowIfLocked(RequireDescriptor("lock").TryLockExclusive(), operation);

    /// <summary>
    /// Takes a shared advisory lock: any number of holders at a time, none while somebody holds the exclusive one of
    /// <see cref="LockExclusive"/>; held until the last map is gone. Read permission is enough.
    /// </summary>
    /// <param name="operation">What is attempted, for the message.</param>
    /// <exception cref="PmemInUseException">Somebody holds the exclusive lock.</exception>
    /// <exception cref="PmemIOException">The file system cannot lock.</exception>
    /// <exception cref="NotSupportedException">It is anonymous memory.</exception>
    public void LockShared(string operation) =>
        ThrowIfLocked(RequireDescriptor("lock").TryLockShared(), operation);

    /// <summary>
    /// Allocates the blocks of the whole file, so that no later store can meet a full disk, which would end the
    /// process. Content and size are kept. A file of tmpfs is gathered into pages of 2 MiB where the kernel has them, for every
    /// process that maps it. (posix_fallocate)
    /// </summary>
    /// <exception cref="PmemIOException">The disk is full.</exception>
    /// <exception cref="NotSupportedException">It is no regular file.</exception>
    public void AllocateBlocks() => ThrowIf(
        BlockAllocation.Allocate(RequireFile("allocate the blocks of"), GetLengthBytes()),
        "allocate the blocks of",
        "Its content is unchanged; free space first.");

    /// <summary>Sets the permission bits exactly; the umask does not apply.</summary>
    /// <param name="mode">Permission bits.</param>
    /// <exception cref="PmemIOException">It belongs to somebody else.</exception>
    /// <exception cref="NotSupportedException">It is anonymous memory.</exception>
    public void SetMode(UnixFileMode mode) => ThrowIf(
        RequireDescriptor("set the mode of").SetMode(mode), "set the mode of", "Check who owns the file.");

    /// <summary>
    /// Makes size, mode and directory entry of a new file durable; without it a power failure may lose the
    /// file although its content was persisted.
    /// </summary>
    /// <exception cref="PmemIOException">The device failed.</exception>
    /// <exception cref="NotSupportedException">It is no regular file.</exception>
    /// <exception cref="InvalidOperationException">It was not opened by its name, or has none.</exception>
    public void SyncMetadata()
    {
        SafeFileDescriptor file = RequireFile("sync");
        FilePath name = RequireName("sync the directory of");
        ThrowIf(file.Sync(), "sync", "Check the device.");
        using SafeFileDescriptor? parent = SafeFileDescriptor.OpenDirectory(name.Parent(), out int error);
        ThrowIf(parent is null ? error : parent.Sync(), "sync the directory of", "Check the device.");
    }

    /// <summary>Removes the name of the file; maps of it stay valid.</summary>
    /// <exception cref="InvalidOperationException">It was not opened by its name, or has none.</exception>
    public void Unlink() => _ = RequireName("remove the name of").Unlink();

    /// <summary>
    /// Reads past the maps, so that a bad block is an error and not a signal, which would end the process.
    /// (pmem2_source_pread_mcsafe; mapping specification, section 12.8)
    /// </summary>
    /// <param name="offset">Byte offset in the source.</param>
    /// <param name="destination">Receives as many bytes as it is long; undefined after an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie inside the source.</exception>
    /// <exception cref="PmemIOException">EIO for a bad block; ENODATA when the file was cut meanwhile.</exception>
    /// <exception cref="NotSupportedException">It is anonymous memory.</exception>
    public void ReadAt(long offset, Span<byte> destination) =>
        PositionedTransfer.Read(this, RequireDescriptor("read"), offset, destination);

    /// <summary>
    /// Writes past the maps, so that a bad block is an error and not a signal. Durability on return: Stored; persist
    /// the range through a map of it. Never makes the file longer, unless another process cuts it at the same moment.
    /// (pmem2_source_pwrite_mcsafe; mapping specification, section 12.8)
    /// </summary>
    /// <param name="offset">Byte offset in the source.</param>
    /// <param name="source">The bytes; after an error a part of them may be stored.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie inside the source.</exception>
    /// <exception cref="InvalidOperationException">It was opened read-only, or for appending.</exception>
    /// <exception cref="PmemIOException">EIO for a bad block; ENOSPC where a hole cannot be filled.</exception>
    /// <exception cref="NotSupportedException">It is anonymous memory.</exception>
    public void WriteAt(long offset, ReadOnlySpan<byte> source) =>
        PositionedTransfer.Write(this, RequireDescriptor("write"), offset, source);

    /// <summary>Closes the file, or gives a borrowed handle back. Maps stay.</summary>
    public void Dispose() => _descriptor?.Dispose();

    internal string FileSystemName()
    {
        if (Kind != PmemSourceKind.RegularFile)
        {
            return Kind == PmemSourceKind.DeviceDax ? "devdax" : "anonymous memory";
        }

        return _descriptor!.GetFileSystemMagic(out long magic) == Errno.None
            ? FileSystemMagic.NameOf(magic)
            : "unknown file system";
    }

    internal SafeFileDescriptor RequireDescriptor(string operation) => _descriptor
        ?? throw new NotSupportedException(
            $"Cannot {operation} anonymous memory: there is no file. Use a file, or a map of it.");

    private SafeFileDescriptor RequireFile(string operation) => Kind == PmemSourceKind.DeviceDax
        ? throw new NotSupportedException($"Cannot {operation} '{Path}': it is a device, not a file.")
        : RequireDescriptor(operation);

    private FilePath RequireName(string operation) => _name
        ?? throw new InvalidOperationException(
            $"Cannot {operation} '{Path}': it was not opened by the name of a file. Do it where the name is known.");

    private FileStatus Status(string operation)
    {
        ThrowIf(RequireDescriptor(operation).GetStatus(out FileStatus status), operation, "Check the device.");
        return status;
    }

    private void ThrowIfLocked(int error, string operation)
    {
        if (error == Errno.Again)
        {
            throw new PmemInUseException(operation, Path);
        }

        ThrowIf(error, "lock", "The file system must support flock.");
    }

    private void ThrowIf(int error, string operation, string nextStep)
    {
        if (error != Errno.None)
        {
            throw new PmemIOException(operation, Path, error, nextStep);
        }
    }
}
