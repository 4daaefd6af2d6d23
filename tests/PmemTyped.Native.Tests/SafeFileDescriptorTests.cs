using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>Each call on a file passes its arguments and the error number through.</summary>
public sealed class SafeFileDescriptorTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Opening_reports_why_it_failed()
    {
        File.WriteAllBytes(PathOfFile, [1]);
        Assert.Null(SafeFileDescriptor.OpenExisting(_directory.File("missing"), writable: true, out int missing));
        Assert.Null(SafeFileDescriptor.OpenExisting(PathOfFile + "/below", writable: true, out int notDirectory));
        Assert.Null(SafeFileDescriptor.OpenExisting(_directory.Path, writable: true, out int directory));
        Assert.Null(SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out int exists));
        Assert.Equal(
            (Errno.NoEntry, Errno.NotADirectory, Errno.IsADirectory, Errno.Exists),
            (missing, notDirectory, directory, exists));
    }

    [Fact]
    public void Status_tells_size_kind_and_holes()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Equal(Errno.None, file.SetLength(1 << 20));
        Assert.Equal(Errno.None, file.GetStatus(out FileStatus sparse));
        Assert.Equal(Errno.None, file.Allocate(1 << 20));
        Assert.Equal(Errno.None, file.GetStatus(out FileStatus full));

        Assert.Equal((1 << 20, true, false), (sparse.SizeBytes, sparse.IsRegularFile, sparse.IsDirectory));
        Assert.Equal(0, sparse.AllocatedBytes);
        Assert.True(full.AllocatedBytes >= 1 << 20);
        Assert.InRange(
            full.ChangeTimeSeconds, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
    }

    [Fact]
    public void Status_of_a_directory_says_so()
    {
        using SafeFileDescriptor directory = SafeFileDescriptor.OpenDirectory(_directory.Path, out _)!;
        Assert.Equal(Errno.None, directory.GetStatus(out FileStatus status));
        Assert.Equal((false, true), (status.IsRegularFile, status.IsDirectory));
        Assert.Equal(Errno.None, directory.Sync());
    }

    [Fact]
    public void The_lock_excludes_another_open_of_the_same_file()
    {
        using SafeFileDescriptor first = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        using SafeFileDescriptor second = SafeFileDescriptor.OpenExisting(PathOfFile, writable: false, out _)!;
        Assert.Equal(Errno.None, first.TryLockExclusive());
        Assert.Equal(Errno.Again, second.TryLockExclusive());
        first.Dispose();
        Assert.Equal(Errno.None, second.TryLockExclusive());
    }

    [Theory]
    [InlineData((UnixFileMode)0b111_111_111_111)]
    [InlineData((UnixFileMode)0b000_110_110_100)]
    [InlineData(UnixFileMode.None)]
    public void The_mode_is_set_exactly(UnixFileMode mode)
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Equal(Errno.None, file.SetMode(mode));
        Assert.Equal(mode, File.GetUnixFileMode(PathOfFile));
    }

    [Fact]
    public void Unlinking_twice_is_reported()
    {
        File.WriteAllBytes(PathOfFile, [1]);
        Assert.Equal(Errno.None, new FilePath(PathOfFile).Unlink());
        Assert.Equal(Errno.NoEntry, new FilePath(PathOfFile).Unlink());
    }

    [Fact]
    public void A_size_that_no_file_system_holds_is_reported()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Contains(file.Allocate(1L << 62), (int[])[Errno.FileTooBig, Errno.NoSpace]);
    }

    [Fact]
    public void The_file_system_is_known_by_its_number()
    {
        using SafeFileDescriptor kernel = SafeFileDescriptor.OpenDirectory("/proc", out _)!;
        Assert.Equal(Errno.None, kernel.GetFileSystemMagic(out long magic));
        Assert.Equal(0x9FA0, magic);
    }
}
