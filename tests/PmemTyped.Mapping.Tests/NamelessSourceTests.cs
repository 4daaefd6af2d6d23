using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Temporary files and memory without a file (mapping specification, sections 2.4 and 12.1).</summary>
public sealed class NamelessSourceTests : IDisposable
{
    private const UnixFileMode Shared = (UnixFileMode)0b110_100_000;
    private readonly TempDirectory _directory = TempDirectory.Create();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_temporary_file_has_size_mode_and_blocks_and_no_name(bool sparse)
    {
        using PmemSource source = PmemSource.CreateTemporary(_directory.Path, 1_000_001, Shared, sparse);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
        Assert.Equal((1_000_001, true), (source.GetLengthBytes(), source.IsWritable));
        Assert.Equal(Errno.None, source.Descriptor!.GetStatus(out FileStatus status));
        Assert.Equal(sparse, status.AllocatedBytes < 1_000_001);
        Assert.Equal(Shared, ModeOf(source.Descriptor));
        Assert.Throws<InvalidOperationException>(source.Unlink);

        using PmemMap map = PmemMap.Map(source);
        source.Dispose();
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(1_000_000, [5]);
        Assert.Equal(5, lease.Window(1_000_000, 1)[0]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData(PmemFileOptions.None)]
    [InlineData(PmemFileOptions.Exclusive)]
    [InlineData(PmemFileOptions.Sparse | PmemFileOptions.Exclusive)]
    public void The_classic_call_makes_them_too(PmemFileOptions more)
    {
        using PmemMap map = PmemMap.MapFile(
            _directory.Path, 4097, PmemFileOptions.Create | PmemFileOptions.Temporary | more);
        Assert.Equal(4097, map.LengthBytes);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Where_there_are_no_nameless_files_the_name_is_gone_at_once()
    {
        using SafeFileDescriptor file = ClassicFile.CreateUnlinked(_directory.Path, Shared, out int error)!;
        Assert.Equal(Errno.None, error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
        Assert.Equal(Shared, ModeOf(file));
        Assert.Equal(Errno.None, file.SetLength(4096));

        Assert.Null(ClassicFile.CreateUnlinked(_directory.File("missing"), Shared, out error));
        Assert.Equal(Errno.NoEntry, error);
    }

    [Fact]
    public void A_temporary_file_needs_a_directory_that_may_be_written()
    {
        File.SetUnixFileMode(_directory.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Unprivileged.Run(() => Assert.Equal(
            Errno.Access,
            Assert.Throws<PmemIOException>(() => PmemSource.CreateTemporary(_directory.Path, 4096)).ErrorNumber));
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_000_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_size_below_one_byte_is_refused(long lengthBytes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemSource.Anonymous(lengthBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemSource.CreateTemporary(_directory.Path, lengthBytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(long.MaxValue)]
    public void Anonymous_memory_has_size_and_alignment_and_no_descriptor(long lengthBytes)
    {
        using PmemSource source = PmemSource.Anonymous(lengthBytes);
        Assert.Equal((PmemSourceKind.Anonymous, lengthBytes), (source.Kind, source.GetLengthBytes()));
        Assert.Equal((Environment.SystemPageSize, true), (source.AlignmentBytes, source.IsWritable));
        Assert.Equal("anonymous memory", source.FileSystemName());
        Assert.Null(source.Descriptor);
    }

    [Fact]
    public void Anonymous_memory_refuses_what_only_files_have()
    {
        using PmemSource source = PmemSource.Anonymous(4096);
        Action[] operations =
        [
            () => source.LockExclusive("open"),
            source.AllocateBlocks,
            () => source.GetChangeTimeSeconds(),
            () => source.SetMode(Shared),
            source.SyncMetadata,
            () => source.ReadAt(0, new byte[1]),
            () => source.WriteAt(0, [1]),
        ];
        Assert.All(operations, operation => Assert.Contains(
            "anonymous memory: there is no file",
            Assert.Throws<NotSupportedException>(operation).Message,
            StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(source.Unlink);
    }

    private static UnixFileMode ModeOf(SafeFileDescriptor file)
    {
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false);
        return File.GetUnixFileMode(handle);
    }
}
