using System.IO.Pipes;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A handle of somebody else becomes a source and stays theirs (mapping specification, section 12.1).</summary>
public sealed class HandleSourceTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    public HandleSourceTests() => File.WriteAllBytes(PathOfFile, new byte[8192]);

    private string PathOfFile => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_handle_for_reading_and_writing_gives_a_writable_source_of_that_file()
    {
        using SafeFileHandle handle = OpenFile(FileAccess.ReadWrite);
        using PmemSource source = PmemSource.FromHandle(handle);
        Assert.Equal((true, PathOfFile, 8192), (source.IsWritable, source.Path, source.GetLengthBytes()));
        Assert.Equal((PmemSourceKind.RegularFile, Environment.SystemPageSize), (source.Kind, source.AlignmentBytes));
        Assert.Equal(1, OpenDescriptors());

        using PmemMap map = PmemMap.Map(source);
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(8191, [9]);
        Assert.Equal(9, File.ReadAllBytes(PathOfFile)[8191]);
    }

    [Fact]
    public void A_handle_for_reading_gives_a_source_that_cannot_be_written()
    {
        using SafeFileHandle handle = OpenFile(FileAccess.Read);
        using PmemSource source = PmemSource.FromHandle(handle);
        Assert.False(source.IsWritable);
        Assert.Throws<InvalidOperationException>(() => source.WriteAt(0, [1]));
    }

    [Fact]
    public void Disposing_the_source_leaves_the_handle_open()
    {
        using SafeFileHandle handle = OpenFile(FileAccess.ReadWrite);
        PmemSource.FromHandle(handle).Dispose();
        Assert.Equal(8192, RandomAccess.GetLength(handle));
    }

    [Fact]
    public void A_handle_that_its_owner_disposes_stays_open_until_the_source_ends()
    {
        SafeFileHandle handle = OpenFile(FileAccess.ReadWrite);
        using (PmemSource source = PmemSource.FromHandle(handle))
        {
            handle.Dispose();
            Assert.Equal(8192, source.GetLengthBytes());
            Assert.Equal(1, OpenDescriptors());
        }

        Assert.Equal(0, OpenDescriptors());
    }

    [Fact]
    public void A_closed_handle_is_refused()
    {
        SafeFileHandle handle = OpenFile(FileAccess.ReadWrite);
        handle.Dispose();
        Assert.Throws<ObjectDisposedException>(() => PmemSource.FromHandle(handle));
        Assert.Throws<ArgumentNullException>(() => PmemSource.FromHandle(null!));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void A_number_under_which_nothing_is_open_is_refused(int number)
    {
        using var handle = new SafeFileHandle(number, ownsHandle: false);
        var refusal = Assert.Throws<ArgumentException>(() => PmemSource.FromHandle(handle));
        Assert.Equal("handle", refusal.ParamName);
    }

    [Fact]
    public void A_handle_for_writing_only_is_refused_with_the_reason_and_given_back()
    {
        SafeFileHandle handle = OpenFile(FileAccess.Write);
        var refusal = Assert.Throws<ArgumentException>(() => PmemSource.FromHandle(handle));
        Assert.Contains("opened for writing only", refusal.Message, StringComparison.Ordinal);
        handle.Dispose();
        Assert.Equal(0, OpenDescriptors());
    }

    [Fact]
    public void A_directory_a_pipe_a_socket_and_another_device_are_refused()
    {
        using Native.SafeFileDescriptor directory = Native.SafeFileDescriptor.OpenDirectory(_directory.Path, out _)!;
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using SafeFileHandle device = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        foreach (nint number in (nint[])[directory.DangerousGetHandle(), pipe.SafePipeHandle.DangerousGetHandle(),
            socket.Handle, device.DangerousGetHandle()])
        {
            using var handle = new SafeFileHandle(number, ownsHandle: false);
            var refusal = Assert.Throws<ArgumentException>(() => PmemSource.FromHandle(handle));
            Assert.Contains("Only a regular file can be mapped", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_needs_the_name_of_the_file_is_refused()
    {
        using SafeFileHandle handle = OpenFile(FileAccess.ReadWrite);
        using PmemSource source = PmemSource.FromHandle(handle);
        Assert.Throws<InvalidOperationException>(source.Unlink);
        Assert.Throws<InvalidOperationException>(source.SyncMetadata);
        Assert.True(File.Exists(PathOfFile));
    }

    [Fact]
    public void A_disposed_source_reaches_no_file()
    {
        PmemSource source = PmemSource.Open(PathOfFile);
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => source.GetLengthBytes());
        Assert.Throws<ObjectDisposedException>(() => source.SetMode(UnixFileMode.None));
        Assert.Throws<ObjectDisposedException>(() => source.ReadAt(0, new byte[1]));
    }

    [Fact]
    public void A_descriptor_closed_behind_the_back_of_the_source_is_reported()
    {
        using SafeFileHandle owner = OpenFile(FileAccess.ReadWrite);
        using var second = new SafeFileHandle(owner.DangerousGetHandle(), ownsHandle: false);
        using PmemSource source = PmemSource.FromHandle(second);
        owner.Dispose();
        var refusal = Assert.Throws<PmemIOException>(() => source.GetLengthBytes());
        Assert.Equal(Errno.BadDescriptor, refusal.ErrorNumber);
    }

    private SafeFileHandle OpenFile(FileAccess access) =>
        File.OpenHandle(PathOfFile, FileMode.Open, access, FileShare.ReadWrite);

    private int OpenDescriptors() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget == PathOfFile);
}
