using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// An open file. Every method mirrors one system call and returns its error number, 0 for success;
/// what an error means is decided by the layer above. Threads: safe, like the calls themselves.
/// </summary>
public sealed class SafeFileDescriptor : SafeHandle
{
    private SafeFileDescriptor(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    private int Number => (int)handle;

    /// <summary>
    /// Opens an existing file: open(2) with O_RDWR or O_RDONLY, O_CLOEXEC, and O_NONBLOCK, because a pipe would wait
    /// for its other end; on regular files it means nothing.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="writable">Whether stores through a shared map must be possible.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? OpenExisting(string path, bool writable, out int error) =>
        OpenCore(path, (writable ? Interop.ReadWrite : Interop.ReadOnly) | Interop.NonBlocking, 0, out error);

    /// <summary>Creates a file that must not exist: open(2) with O_RDWR, O_CREAT, O_EXCL and O_CLOEXEC.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="mode">Permission bits; the umask applies.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? CreateNew(string path, UnixFileMode mode, out int error) =>
        OpenCore(path, Interop.ReadWrite | Interop.Create | Interop.Exclusive, (uint)mode, out error);

    /// <summary>Opens a directory so that its entries can be synced: open(2) with O_RDONLY.</summary>
    /// <param name="path">Path of the directory.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeFileDescriptor? OpenDirectory(string path, out int error) =>
        OpenCore(path, Interop.ReadOnly, 0, out error);

    /// <summary>Removes a name: unlink(2).</summary>
    /// <param name="path">Path of the file.</param>
    public static int Unlink(string path) => ErrorOf(Interop.Unlink(path));

    /// <summary>Describes the open file: statx(2) on the descriptor.</summary>
    /// <param name="status">The result.</param>
    public unsafe int GetStatus(out FileStatus status)
    {
        Interop.StatxResult result = default;
        byte empty = 0;

        // SAFETY: both pointers are to locals of the size that the call writes or reads.
        int returned = Interop.Statx(
            Number, &empty, Interop.AtEmptyPath, Interop.StatxBasicStats, &result);
        status = new FileStatus(
            (long)result.SizeBytes,
            (long)result.Blocks512 * 512,
            (result.Mode & Interop.FileTypeMask) == Interop.FileTypeRegular,
            (result.Mode & Interop.FileTypeMask) == Interop.FileTypeDirectory,
            (result.Attributes & Interop.StatxAttributeDax) != 0,
            result.ChangeTimeSeconds);
        return ErrorOf(returned);
    }

    /// <summary>Reads the magic number of the file system: fstatfs(2).</summary>
    /// <param name="magic">The number, as listed in the kernel's magic.h.</param>
    public unsafe int GetFileSystemMagic(out long magic)
    {
        long* buffer = stackalloc long[Interop.StatfsBytes / sizeof(long)];

        // SAFETY: the buffer is larger than the structure on every 64-bit Linux.
        int returned = Interop.Fstatfs(Number, buffer);
        magic = returned == 0 ? buffer[0] : 0;
        return ErrorOf(returned);
    }

    /// <summary>Takes an exclusive advisory lock without waiting: flock(2). EAGAIN when another holder exists.</summary>
    public int TryLockExclusive() =>
        ErrorOf(Interop.Flock(Number, Interop.LockExclusive | Interop.LockNonBlocking));

    /// <summary>Sets the file size: ftruncate(2).</summary>
    /// <param name="lengthBytes">New size.</param>
    public int SetLength(long lengthBytes) => ErrorOf(Interop.Ftruncate(Number, lengthBytes));

    /// <summary>Allocates blocks for the first bytes of the file: posix_fallocate(3).</summary>
    /// <param name="lengthBytes">Number of bytes from the start of the file.</param>
    public int Allocate(long lengthBytes)
    {
        int error;
        do
        {
            error = Interop.PosixFallocate(Number, 0, lengthBytes);
        }
        while (error == Errno.Interrupted);
        return error;
    }

    /// <summary>Sets the permission bits exactly, the umask does not apply: fchmod(2).</summary>
    /// <param name="mode">Permission bits.</param>
    public int SetMode(UnixFileMode mode) => ErrorOf(Interop.Fchmod(Number, (uint)mode));

    /// <summary>Makes content and metadata of the file, or the entries of a directory, durable: fsync(2).</summary>
    public int Sync() => ErrorOf(Interop.Fsync(Number));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Interop.Close(Number) == 0;

    private static SafeFileDescriptor? OpenCore(string path, int flags, uint mode, out int error)
    {
        int descriptor = Interop.Open(path, flags | Interop.CloseOnExec, mode);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
        return descriptor < 0 ? null : new SafeFileDescriptor(descriptor);
    }

    private static int ErrorOf(int returned) =>
        returned == 0 ? Errno.None : Marshal.GetLastPInvokeError();
}
