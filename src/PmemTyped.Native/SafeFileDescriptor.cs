using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// An open file. Every method mirrors one system call and returns its error number, 0 for success;
/// what an error means is decided by the layer above. A closed one throws, because its number may be another file by
/// now. Threads: safe, like the calls themselves.
/// </summary>
public sealed partial class SafeFileDescriptor : SafeHandle
{
    private readonly SafeFileHandle? _lender;

    private SafeFileDescriptor(int descriptor, SafeFileHandle? lender = null)
        : base(-1, ownsHandle: true)
    {
        SetHandle(descriptor);
        _lender = lender;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    internal int Number
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (int)handle;
        }
    }

    /// <summary>
    /// Opens an existing file: open(2) with O_RDWR or O_RDONLY, O_CLOEXEC, and O_NONBLOCK, because a pipe would wait
    /// for its other end; on regular files it means nothing.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="writable">Whether stores through a shared map must be possible.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? OpenExisting(FilePath path, bool writable, out int error) =>
        OpenCore(path, (writable ? Interop.ReadWrite : Interop.ReadOnly) | Interop.NonBlocking, 0, out error);

    /// <summary>Creates a file that must not exist: open(2) with O_RDWR, O_CREAT, O_EXCL and O_CLOEXEC.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="mode">Permission bits; the umask applies.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? CreateNew(FilePath path, UnixFileMode mode, out int error) =>
        OpenCore(path, Interop.ReadWrite | Interop.Create | Interop.Exclusive, (uint)mode, out error);

    /// <summary>
    /// Creates a file that has no name and vanishes with its last descriptor and map: open(2) with O_RDWR, O_TMPFILE,
    /// O_EXCL, so that it can never be given one, and O_CLOEXEC. EOPNOTSUPP or EISDIR where it cannot be done.
    /// </summary>
    /// <param name="directory">Path of a directory on the file system to use.</param>
    /// <param name="mode">Permission bits; the umask applies.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? CreateNameless(FilePath directory, UnixFileMode mode, out int error) =>
        OpenCore(directory, Interop.ReadWrite | Interop.NamelessFile | Interop.Exclusive, (uint)mode, out error);

    /// <summary>Opens a directory so that its entries can be synced: open(2) with O_RDONLY.</summary>
    /// <param name="path">Path of the directory.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? OpenDirectory(FilePath path, out int error) =>
        OpenCore(path, Interop.ReadOnly, 0, out error);

    /// <summary>
    /// Uses a descriptor that someone else owns: it is not closed and not duplicated, but its owner cannot close it
    /// before this is released.
    /// </summary>
    /// <param name="handle">The handle of its owner.</param>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public static SafeFileDescriptor Borrow(SafeFileHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        return new SafeFileDescriptor((int)handle.DangerousGetHandle(), handle);
    }

    /// <summary>Describes the open file: statx(2) on the descriptor.</summary>
    /// <param name="status">The result.</param>
    public unsafe int GetStatus(out FileStatus status)
    {
        byte empty = 0;

        // SAFETY: the path is a local, and empty.
        int error = FileStatus.Read(Number, &empty, Interop.AtEmptyPath, out status);
        GC.KeepAlive(this);
        return error;
    }

    /// <summary>Reads how the file was opened: fcntl(2) with F_GETFL.</summary>
    /// <param name="access">Whether it can be read and written, and whether every write goes to the end.</param>
    public int GetAccess(out FileAccessMode access)
    {
        int flags = Interop.Fcntl(Number, Interop.FcntlGetFlags);
        int mode = flags & Interop.AccessModeMask;
        access = new FileAccessMode(
            mode is Interop.ReadOnly or Interop.ReadWrite,
            mode is Interop.WriteOnly or Interop.ReadWrite,
            (flags & Interop.Append) != 0);
        return ErrorOf(flags < 0 ? flags : 0);
    }

    /// <summary>Reads the magic number of the file system: fstatfs(2).</summary>
    /// <param name="magic">The number, as listed in the kernel's magic.h.</param>
    public int GetFileSystemMagic(out long magic) => GetFileSystem(out magic, out _, out _);

    /// <summary>Whether the file system may have so much room left: fstatfs(2). One that does not say how large it is may.</summary>
    /// <param name="lengthBytes">Number of bytes.</param>
    public bool MayHaveRoom(long lengthBytes) =>
        GetFileSystem(out _, out long totalBytes, out long freeBytes) != Errno.None || totalBytes == 0 || lengthBytes <= freeBytes;

    /// <summary>
    /// Takes an exclusive advisory lock without waiting: flock(2). EAGAIN when another holder exists.
    /// </summary>
    public int TryLockExclusive() =>
        ErrorOf(Interop.Flock(Number, Interop.LockExclusive | Interop.LockNonBlocking));

    /// <summary>Takes a shared advisory lock without waiting: flock(2). EAGAIN when somebody holds the exclusive one.</summary>
    public int TryLockShared() =>
        ErrorOf(Interop.Flock(Number, Interop.LockShared | Interop.LockNonBlocking));

    /// <summary>Sets the file size: ftruncate(2). EFBIG past the size limit of the process too.</summary>
    /// <param name="lengthBytes">New size.</param>
    public int SetLength(long lengthBytes) =>
        IsPastSizeLimit(lengthBytes) && GetStatus(out FileStatus status) == Errno.None && status.SizeBytes < lengthBytes
            ? Errno.FileTooBig
            : ErrorOf(Interop.Ftruncate(Number, lengthBytes));

    /// <summary>
    /// Allocates blocks for the first bytes of the file: posix_fallocate(3). EFBIG past the size limit too.
    /// </summary>
    /// <param name="lengthBytes">Number of bytes from the start of the file.</param>
    public int Allocate(long lengthBytes)
    {
        if (IsPastSizeLimit(lengthBytes))
        {
            return Errno.FileTooBig;
        }

        int error;
        do
        {
            error = Interop.PosixFallocate(Number, 0, lengthBytes);
        }
        while (error == Errno.Interrupted);
        GC.KeepAlive(this);
        return error;
    }

    /// <summary>Sets the permission bits exactly, the umask does not apply: fchmod(2).</summary>
    /// <param name="mode">Permission bits.</param>
    public int SetMode(UnixFileMode mode) => ErrorOf(Interop.Fchmod(Number, (uint)mode));

    /// <summary>Makes content and metadata of the file, or the entries of a directory, durable: fsync(2).</summary>
    public int Sync() => ErrorOf(Interop.Fsync(Number));

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_lender is null)
        {
            return Interop.Close((int)handle) == 0;
        }

        _lender.DangerousRelease();
        return true;
    }

    private unsafe int GetFileSystem(out long magic, out long totalBytes, out long freeBytes)
    {
        long* buffer = stackalloc long[Interop.StatfsBytes / sizeof(long)];

        // SAFETY: the buffer is larger than the structure on every 64-bit Linux.
        int returned = Interop.Fstatfs(Number, buffer);
        magic = returned == 0 ? buffer[Interop.StatfsMagic] : 0;
        totalBytes = returned == 0 ? buffer[Interop.StatfsBlockBytes] * buffer[Interop.StatfsBlocks] : 0;
        freeBytes = returned == 0 ? buffer[Interop.StatfsBlockBytes] * buffer[Interop.StatfsFreeBlocks] : 0;
        return ErrorOf(returned);
    }

    private static SafeFileDescriptor? OpenCore(FilePath path, int flags, uint mode, out int error)
    {
        using SafeFileDescriptor? holder = path.OpenHolder(out int directory, out error);
        return error == Errno.None
            ? OpenAt(directory, path.Entry, path.IsBeneath ? flags | Interop.NoFollow : flags, mode, out error)
            : null;
    }

    private static unsafe SafeFileDescriptor? OpenAt(int directory, byte[] terminated, int flags, uint mode, out int error)
    {
        fixed (byte* name = terminated)
        {
            // SAFETY: the name is pinned and ends with NUL; the caller keeps the directory open.
            int descriptor = Interop.Openat(directory, name, flags | Interop.CloseOnExec, mode);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
            return descriptor < 0 ? null : new SafeFileDescriptor(descriptor);
        }
    }

    // A file that would grow past RLIMIT_FSIZE ends the process by a signal, so the kernel must not be asked.
    private static unsafe bool IsPastSizeLimit(long endBytes)
    {
        ulong* limits = stackalloc ulong[2];

        // SAFETY: the call writes two words.
        return Interop.Getrlimit(Interop.LimitFileSize, limits) == 0 && (ulong)Math.Max(endBytes, 0) > limits[0];
    }

    // Not static: the call that returned the number used the descriptor, which must not be collected before.
    private int ErrorOf(int returned)
    {
        GC.KeepAlive(this);
        return returned == 0 ? Errno.None : Marshal.GetLastPInvokeError();
    }
}
