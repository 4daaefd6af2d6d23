using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>Reading and writing at a position, borrowed descriptors, nameless files, and the size limit.</summary>
public sealed class FileTransferTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_transfer_tells_how_far_it_came()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Equal(Errno.None, file.WriteAt(3, [1, 2, 3], out int written));
        byte[] read = new byte[10];
        Assert.Equal(Errno.None, file.ReadAt(2, read, out int count));
        Assert.Equal((3, 4), (written, count));
        Assert.Equal([0, 1, 2, 3, 0, 0, 0, 0, 0, 0], read);
        Assert.Equal(Errno.None, file.ReadAt(6, read, out count));
        Assert.Equal(0, count);
        Assert.Equal(Errno.Invalid, file.ReadAt(-1, read, out _));

        using SafeFileDescriptor readable = SafeFileDescriptor.OpenExisting(PathOfFile, writable: false, out _)!;
        Assert.Equal(Errno.BadDescriptor, readable.WriteAt(0, [1], out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_access_is_that_of_the_open(bool writable)
    {
        File.WriteAllBytes(PathOfFile, [1]);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfFile, writable, out _)!;
        Assert.Equal(Errno.None, file.GetAccess(out FileAccessMode access));
        Assert.Equal(new FileAccessMode(CanRead: true, CanWrite: writable, Appends: false), access);
    }

    [Fact]
    public void A_borrowed_descriptor_is_not_closed()
    {
        using SafeFileHandle handle = File.OpenHandle(PathOfFile, FileMode.Create, FileAccess.Write);
        using (SafeFileDescriptor borrowed = SafeFileDescriptor.Borrow(handle))
        {
            Assert.Equal(Errno.None, borrowed.GetAccess(out FileAccessMode access));
            Assert.Equal((false, true), (access.CanRead, access.CanWrite));
        }

        RandomAccess.Write(handle, [1], 0);
        Assert.Equal(1, RandomAccess.GetLength(handle));
    }

    [Fact]
    public void A_closed_file_throws_instead_of_reaching_another_one()
    {
        SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Sync());
        Assert.Throws<ObjectDisposedException>(() => file.SetLength(1));
        Assert.Throws<ObjectDisposedException>(() => file.GetStatus(out _));
        Assert.Throws<ObjectDisposedException>(() => file.ReadAt(0, new byte[1], out _));
        Assert.Throws<ObjectDisposedException>(() => file.WriteAt(0, [1], out _));
    }

    [Fact]
    public void A_nameless_file_leaves_its_directory_empty()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNameless(_directory.Path, OwnerOnly, out int error)!;
        Assert.Equal(Errno.None, error);
        Assert.Equal(Errno.None, file.SetLength(4096));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));

        Assert.Null(SafeFileDescriptor.CreateNameless("/proc", OwnerOnly, out error));
        Assert.Equal(Errno.NotSupported, error);
    }

    // The kernel answers with a signal that ends the process.
    [Fact]
    public void A_file_that_would_pass_the_size_limit_of_the_process_is_an_error()
    {
        File.WriteAllBytes(PathOfFile, new byte[8192]);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfFile, writable: true, out _)!;
        ulong[] former = new ulong[2];
        Assert.Equal(0, GetLimit(1, former));
        Assert.Equal(0, SetLimit(1, [6000, former[1]]));
        try
        {
            Assert.Equal(Errno.FileTooBig, file.SetLength(8193));
            Assert.Equal(Errno.FileTooBig, file.Allocate(8193));
            Assert.Equal(Errno.FileTooBig, file.WriteAt(6000, [1], out _));
            Assert.Equal(Errno.None, file.WriteAt(5999, [1], out _));
            Assert.Equal(Errno.None, file.SetLength(7000));
        }
        finally
        {
            Assert.Equal(0, SetLimit(1, former));
        }

        Assert.Equal(7000, new FileInfo(PathOfFile).Length);
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimit(int resource, [Out] ulong[] limits);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern int SetLimit(int resource, ulong[] limits);
}
