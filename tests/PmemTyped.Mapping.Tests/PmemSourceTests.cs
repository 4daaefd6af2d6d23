using System.Diagnostics;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Opening and creating fail with the reason, the path and the next step, and leave nothing behind.</summary>
public sealed class PmemSourceTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("source");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_file_is_reported(bool writable) => AssertRefused(
        () => PmemSource.Open(PathOfFile, writable), PathOfFile, Errno.NoEntry, "it does not exist (ENOENT). Check the path.");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_directory_is_reported(bool writable) => AssertRefused(
        () => PmemSource.Open(_directory.Path, writable), _directory.Path, Errno.IsADirectory, "it is a directory (EISDIR)");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_is_reported(bool writable) => AssertRefused(
        () => PmemSource.Open("/dev/null", writable), "/dev/null", Errno.Invalid, "Only a regular file can be mapped");

    // Opening a pipe for reading waits for a writer unless the call says otherwise.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pipe_is_reported_without_waiting_for_its_other_end(bool writable)
    {
        using (Process make = Process.Start("mkfifo", [PathOfFile]))
        {
            await make.WaitForExitAsync();
            Assert.Equal(0, make.ExitCode);
        }

        Task opening = Task.Run(() => AssertRefused(
            () => PmemSource.Open(PathOfFile, writable), PathOfFile, Errno.Invalid, "Only a regular file can be mapped"));
        Assert.Same(opening, await Task.WhenAny(opening, Task.Delay(TimeSpan.FromSeconds(10))));
        await opening;
    }

    [Fact]
    public void A_path_through_a_file_is_reported()
    {
        File.WriteAllBytes(PathOfFile, [1]);
        AssertRefused(() => PmemSource.Open(PathOfFile + "/below"), PathOfFile, Errno.NotADirectory, "not a directory (ENOTDIR)");
    }

    [Fact]
    public void A_file_without_permission_is_reported()
    {
        File.WriteAllBytes(PathOfFile, [1]);
        File.SetUnixFileMode(PathOfFile, UnixFileMode.None);
        Unprivileged.Run(() =>
        {
            AssertRefused(() => PmemSource.Open(PathOfFile), PathOfFile, Errno.Access, "Read and write permission");
            AssertRefused(() => PmemSource.Open(PathOfFile, writable: false), PathOfFile, Errno.Access, "Read permission");
        });
    }

    [Fact]
    public void A_directory_that_may_not_be_written_is_reported()
    {
        File.SetUnixFileMode(_directory.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Unprivileged.Run(() => AssertRefused(
            () => PmemSource.Create(PathOfFile, 4096, OwnerOnly), PathOfFile, Errno.Access, "write permission on its directory"));
        File.SetUnixFileMode(_directory.Path, OwnerOnly | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Creating_over_an_existing_file_is_refused_and_changes_nothing()
    {
        File.WriteAllBytes(PathOfFile, [1, 2, 3]);
        AssertRefused(
            () => PmemSource.Create(PathOfFile, 4096, OwnerOnly), PathOfFile, Errno.Exists, "it exists already (EEXIST)");
        Assert.Equal([1, 2, 3], File.ReadAllBytes(PathOfFile));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_size_below_one_byte_is_refused(long lengthBytes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemSource.Create(PathOfFile, lengthBytes, OwnerOnly));
        Assert.False(File.Exists(PathOfFile));
    }

    [Fact]
    public void A_size_that_no_disk_has_is_reported_and_the_file_removed()
    {
        var refusal = Assert.Throws<PmemIOException>(() => PmemSource.Create(PathOfFile, 1L << 62, OwnerOnly));
        Assert.Contains(refusal.ErrorNumber, (int[])[Errno.NoSpace, Errno.FileTooBig]);
        Assert.Contains("The new file was removed", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOfFile));
    }

    [SmallDiskFact]
    public void A_full_disk_is_reported_and_the_file_removed()
    {
        using var disk = SmallDisk.Mount();
        string path = disk.File("source");
        AssertRefused(
            () => PmemSource.Create(path, SmallDisk.SizeBytes + 1, OwnerOnly), path, Errno.NoSpace, "The new file was removed");
        Assert.False(File.Exists(path));
    }

    [SmallDiskFact]
    public void A_file_system_that_is_read_only_is_reported()
    {
        using var disk = SmallDisk.Mount();
        string path = disk.File("source");
        File.WriteAllBytes(path, [1]);
        disk.MakeReadOnly();
        AssertRefused(() => PmemSource.Open(path), path, Errno.ReadOnlyFileSystem, "the file system is read-only (EROFS)");
        using PmemSource readable = PmemSource.Open(path, writable: false);
        Assert.False(readable.IsWritable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_new_file_has_its_size_and_its_blocks_unless_it_is_sparse(bool sparse)
    {
        using PmemSource source = PmemSource.Create(PathOfFile, 1_000_001, OwnerOnly, sparse);
        Assert.Equal(1_000_001, source.GetLengthBytes());
        Assert.Equal(Errno.None, source.Descriptor!.GetStatus(out Native.FileStatus status));
        Assert.Equal(sparse, status.AllocatedBytes < 1_000_001);
        Assert.InRange(source.GetChangeTimeSeconds(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, long.MaxValue);
    }

    [Fact]
    public void A_failing_call_on_an_open_source_says_on_what()
    {
        PmemSource source = PmemSource.Create(PathOfFile, 4096, OwnerOnly);
        source.SetMode(UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        source.SyncMetadata();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.OtherWrite, File.GetUnixFileMode(PathOfFile));
        source.Unlink();
        Assert.False(File.Exists(PathOfFile));
        Assert.Equal(4096, source.GetLengthBytes());
        source.Dispose();
        Assert.ThrowsAny<Exception>(() => source.GetLengthBytes());
    }

    [Fact]
    public void No_path_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PmemSource.Open(string.Empty));
        Assert.Throws<ArgumentNullException>(() => PmemSource.Create((string)null!, 4096, OwnerOnly));
    }

    private static void AssertRefused(Action action, string path, int error, string explanation)
    {
        var refusal = Assert.Throws<PmemIOException>(action);
        Assert.Equal(error, refusal.ErrorNumber);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(explanation, refusal.Message, StringComparison.Ordinal);
    }
}
