using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What the classic call makes of each path, row by row (mapping specification, sections 2.2 and 2.3).</summary>
public sealed class ClassicFileTests : IDisposable
{
    private const PmemFileOptions Create = PmemFileOptions.Create;
    private const PmemFileOptions Exclusive = PmemFileOptions.Exclusive;
    private const PmemFileOptions Sparse = PmemFileOptions.Sparse;
    private const UnixFileMode Everything = (UnixFileMode)0b110_110_110;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(PmemFileOptions.None, 1000)]
    [InlineData(PmemFileOptions.None, 8192)]
    [InlineData(Exclusive, 1000)]
    [InlineData(Sparse, 1000)]
    [InlineData(PmemFileOptions.AllowShrink, 1000)]
    public void An_existing_file_is_mapped_whole_and_unchanged(PmemFileOptions options, int fileBytes)
    {
        WriteFile(fileBytes);
        IReadOnlyList<string> before = TreeSnapshot.Of(_directory.Path);
        using PmemMap map = PmemMap.MapFile(PathOfFile, options: options);
        Assert.Equal(fileBytes, map.LengthBytes);
        Assert.Equal(before, TreeSnapshot.Of(_directory.Path));
    }

    [Theory]
    [InlineData("missing", 0, PmemFileOptions.None, Errno.NoEntry)]
    [InlineData("directory", 0, PmemFileOptions.None, Errno.IsADirectory)]
    [InlineData("directory", 4096, Create, Errno.IsADirectory)]
    [InlineData("directory", 4096, Create | Exclusive, Errno.Exists)]
    [InlineData("file", 4096, Create | Exclusive, Errno.Exists)]
    [InlineData("link", 4096, Create | Exclusive, Errno.Exists)]
    [InlineData("dangling", 4096, Create | Exclusive, Errno.Exists)]
    [InlineData("dangling", 0, PmemFileOptions.None, Errno.NoEntry)]
    [InlineData("lost", 4096, Create, Errno.NoEntry)]
    [InlineData("missing/below", 4096, Create, Errno.NoEntry)]
    [InlineData("file", 4096, Create | PmemFileOptions.Temporary, Errno.NotADirectory)]
    [InlineData("missing", 4096, Create | PmemFileOptions.Temporary, Errno.NoEntry)]
    public void A_refused_open_changes_nothing(string name, long lengthBytes, PmemFileOptions options, int error)
    {
        WriteFile(3);
        Directory.CreateDirectory(_directory.File("directory"));
        File.CreateSymbolicLink(_directory.File("link"), "file");
        File.CreateSymbolicLink(_directory.File("dangling"), "target");
        File.CreateSymbolicLink(_directory.File("lost"), "no/directory");
        IReadOnlyList<string> before = TreeSnapshot.Of(_directory.Path);

        var refusal = Assert.Throws<PmemIOException>(() => PmemMap.MapFile(_directory.File(name), lengthBytes, options));
        Assert.Equal(error, refusal.ErrorNumber);
        Assert.Equal(before, TreeSnapshot.Of(_directory.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead)]
    [InlineData(UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.None)]
    public void A_file_without_read_and_write_permission_is_refused(UnixFileMode mode)
    {
        WriteFile(100);
        File.SetUnixFileMode(PathOfFile, mode);
        Unprivileged.Run(() =>
        {
            Assert.Equal(Errno.Access, Assert.Throws<PmemIOException>(() => PmemMap.MapFile(PathOfFile)).ErrorNumber);
            Assert.Equal(
                Errno.Access,
                Assert.Throws<PmemIOException>(() => PmemMap.MapFile(PathOfFile, 4096, Create)).ErrorNumber);
        });
    }

    [Theory]
    [InlineData(Create, 1_000_001, true)]
    [InlineData(Create | Sparse, 1_000_001, false)]
    [InlineData(Create | Exclusive, 1, true)]
    [InlineData(Create | Exclusive | Sparse, 4096, false)]
    public void A_missing_file_is_created_under_the_umask(PmemFileOptions options, long lengthBytes, bool allocated)
    {
        using (PmemMap map = PmemMap.MapFile(PathOfFile, lengthBytes, options, Everything))
        {
            Assert.Equal(lengthBytes, map.LengthBytes);
        }

        FileStatus status = StatusOf(PathOfFile);
        Assert.Equal(lengthBytes, status.SizeBytes);
        Assert.Equal(allocated, status.AllocatedBytes >= lengthBytes);
        Assert.Equal(Everything & ~Umask(), File.GetUnixFileMode(PathOfFile));
    }

    [Theory]
    [InlineData(Create, 100, 10_000)]
    [InlineData(Create, 0, 10_000)]
    [InlineData(Create | Sparse, 100, 10_000)]
    [InlineData(Create, 10_000, 10_000)]
    public void A_smaller_file_grows_and_keeps_content_and_mode(PmemFileOptions options, int fileBytes, long lengthBytes)
    {
        byte[] content = WriteFile(fileBytes);
        File.SetUnixFileMode(PathOfFile, (UnixFileMode)0b110_100_000);
        using (PmemMap map = PmemMap.MapFile(PathOfFile, lengthBytes, options, Everything))
        {
            Assert.Equal(lengthBytes, map.LengthBytes);
        }

        byte[] found = File.ReadAllBytes(PathOfFile);
        Assert.Equal(content, found[..fileBytes]);
        Assert.Equal(lengthBytes, found.Length);
        Assert.DoesNotContain(found[fileBytes..], b => b != 0);
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(PathOfFile));
    }

    [Fact]
    public void Growing_allocates_unless_the_file_is_to_be_sparse()
    {
        WriteFile(1);
        PmemMap.MapFile(PathOfFile, 1 << 20, Create | Sparse).Dispose();
        Assert.True(StatusOf(PathOfFile).AllocatedBytes < 1 << 20);
        PmemMap.MapFile(PathOfFile, 1 << 20, Create).Dispose();
        Assert.True(StatusOf(PathOfFile).AllocatedBytes >= 1 << 20);
    }

    [Fact]
    public void A_larger_file_is_cut_only_when_that_is_allowed()
    {
        byte[] content = WriteFile(10_000);
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => PmemMap.MapFile(PathOfFile, 4097, Create));
        Assert.Contains("has 10000 bytes, and 4097 were asked for", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(PathOfFile));

        using PmemMap map = PmemMap.MapFile(PathOfFile, 4097, Create | PmemFileOptions.AllowShrink);
        Assert.Equal(4097, map.LengthBytes);
        Assert.Equal(content[..4097], File.ReadAllBytes(PathOfFile));
    }

    [Theory]
    [InlineData("target")]
    [InlineData("directory/target")]
    [InlineData("directory/../other")]
    [InlineData("chain")]
    public void A_link_that_leads_nowhere_creates_what_it_names(string target)
    {
        Directory.CreateDirectory(_directory.File("directory"));
        File.CreateSymbolicLink(_directory.File("chain"), _directory.File("end"));
        File.CreateSymbolicLink(PathOfFile, target);
        using PmemSource source = PmemSource.OpenOrCreate(PathOfFile, 4096, Create);
        source.SyncMetadata();
        Assert.Equal(4096, new FileInfo(_directory.File(target == "chain" ? "end" : target)).Length);
        Assert.Equal(target, new FileInfo(PathOfFile).LinkTarget);
    }

    [Fact]
    public void A_failure_behind_a_link_removes_the_file_and_leaves_the_link()
    {
        File.CreateSymbolicLink(PathOfFile, "target");
        Assert.Throws<PmemIOException>(() => PmemMap.MapFile(PathOfFile, 1L << 62, Create));
        Assert.Equal("target", new FileInfo(PathOfFile).LinkTarget);
        Assert.False(File.Exists(_directory.File("target")));
    }

    [Theory]
    [InlineData(Create)]
    [InlineData(Create | Exclusive)]
    [InlineData(Create | Sparse)]
    public void A_new_file_of_an_absurd_size_is_removed_again(PmemFileOptions options)
    {
        var refusal = Assert.Throws<PmemIOException>(() => PmemMap.MapFile(PathOfFile, long.MaxValue, options));
        Assert.Contains(refusal.ErrorNumber, (int[])[Errno.FileTooBig, Errno.NoSpace, Errno.NoMemory]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [SmallDiskFact]
    public void A_full_disk_leaves_an_existing_file_as_it_was_and_no_new_one()
    {
        using var disk = SmallDisk.Mount();
        string existing = disk.File("existing");
        File.WriteAllBytes(existing, [1, 2, 3]);
        IReadOnlyList<string> before = TreeSnapshot.Of(disk.Path);
        foreach ((string path, PmemFileOptions options) in ((string, PmemFileOptions)[])
            [(existing, Create), (disk.File("new"), Create), (disk.File("new"), Create | Exclusive),
                (disk.Path, Create | PmemFileOptions.Temporary)])
        {
            var refusal = Assert.Throws<PmemIOException>(
                () => PmemMap.MapFile(path, SmallDisk.SizeBytes + 1, options));
            Assert.Equal(Errno.NoSpace, refusal.ErrorNumber);
            Assert.Equal(before, TreeSnapshot.Of(disk.Path));
        }
    }

    // A sparse file may be larger than the address space: creating works, mapping does not. Row 12.
    [SmallDiskFact]
    public void A_map_that_is_refused_undoes_what_the_opening_did()
    {
        const long tooLong = 1L << 57;
        using var disk = SmallDisk.Mount();
        string existing = disk.File("existing");
        File.WriteAllBytes(existing, [1, 2, 3]);
        IReadOnlyList<string> before = TreeSnapshot.Of(disk.Path);
        foreach (string path in (string[])[existing, disk.File("new")])
        {
            var refusal = Assert.Throws<PmemIOException>(() => PmemMap.MapFile(path, tooLong, Create | Sparse));
            Assert.Equal(("map", Errno.NoMemory), (refusal.Operation, refusal.ErrorNumber));
            Assert.Equal(before, TreeSnapshot.Of(disk.Path));
        }
    }

    [Fact]
    public void What_is_stored_reaches_the_file_after_the_descriptor_is_closed()
    {
        using (PmemMap map = PmemMap.MapFile(PathOfFile, 5000, Create))
        {
            using scoped PmemMapLease lease = map.Lease();
            lease.Copy(4999, [7]);
        }

        Assert.Equal(7, File.ReadAllBytes(PathOfFile)[4999]);
    }

    private static FileStatus StatusOf(string path)
    {
        Assert.Equal(Errno.None, new FilePath(path).GetStatus(out FileStatus status));
        return status;
    }

    private static UnixFileMode Umask()
    {
        string line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("Umask:", StringComparison.Ordinal));
        return (UnixFileMode)Convert.ToInt32(line["Umask:".Length..].Trim(), 8);
    }

    private byte[] WriteFile(int fileBytes)
    {
        byte[] content = [.. Enumerable.Range(0, fileBytes).Select(i => (byte)((i % 251) + 1))];
        File.WriteAllBytes(PathOfFile, content);
        return content;
    }
}
