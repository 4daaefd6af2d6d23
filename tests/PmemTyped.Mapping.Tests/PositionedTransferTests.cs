using Microsoft.Win32.SafeHandles;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Reading and writing a file past its maps (mapping specification, section 12.8).</summary>
public sealed class PositionedTransferTests : IDisposable
{
    private const int FileBytes = 200_001;
    private readonly TempDirectory _directory = TempDirectory.Create();

    public PositionedTransferTests() =>
        File.WriteAllBytes(PathOfFile, [.. Enumerable.Range(0, FileBytes).Select(i => (byte)i)]);

    private string PathOfFile => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0, FileBytes)]
    [InlineData(1, 1)]
    [InlineData(4095, 100_000)]
    [InlineData(FileBytes - 1, 1)]
    [InlineData(FileBytes, 0)]
    public void What_is_written_is_read_and_seen_by_a_map(long offset, int lengthBytes)
    {
        byte[] expected = File.ReadAllBytes(PathOfFile);
        byte[] bytes = [.. Enumerable.Range(0, lengthBytes).Select(i => (byte)(i * 7))];
        bytes.CopyTo(expected, offset);
        using PmemSource source = PmemSource.Open(PathOfFile);
        using PmemMap map = PmemMap.Map(source);
        source.WriteAt(offset, bytes);
        byte[] read = new byte[lengthBytes];
        source.ReadAt(offset, read);

        Assert.Equal(bytes, read);
        Assert.Equal(expected, File.ReadAllBytes(PathOfFile));
        using scoped PmemMapLease lease = map.Lease();
        Assert.Equal(expected, lease.Window(0, FileBytes).ToArray());
    }

    [Theory]
    [InlineData(FileBytes, 1)]
    [InlineData(FileBytes - 1, 2)]
    [InlineData(FileBytes + 1, 0)]
    [InlineData(FileBytes + 1, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(-1, 0)]
    [InlineData(long.MinValue, 1)]
    public void A_range_that_is_not_inside_is_refused_and_the_file_does_not_grow(long offset, int lengthBytes)
    {
        IReadOnlyList<string> before = TreeSnapshot.Of(_directory.Path);
        using PmemSource source = PmemSource.Open(PathOfFile);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.ReadAt(offset, new byte[lengthBytes]));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.WriteAt(offset, new byte[lengthBytes]));
        Assert.Equal(before, TreeSnapshot.Of(_directory.Path));
    }

    [Fact]
    public void A_source_opened_for_reading_is_not_written()
    {
        using PmemSource source = PmemSource.Open(PathOfFile, writable: false);
        Assert.Throws<InvalidOperationException>(() => source.WriteAt(0, [1]));
        Assert.Equal(0, File.ReadAllBytes(PathOfFile)[0]);
    }

    // Such a descriptor ignores the offset and adds to the end.
    [Fact]
    public void A_source_opened_for_appending_is_not_written()
    {
        using SafeFileHandle handle = AppendingHandle.Open(PathOfFile);
        using PmemSource source = PmemSource.FromHandle(handle);
        var refusal = Assert.Throws<InvalidOperationException>(() => source.WriteAt(0, [1]));
        Assert.Contains("opened for appending", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(FileBytes, new FileInfo(PathOfFile).Length);
    }

    [SmallDiskFact]
    public void A_hole_that_cannot_be_filled_is_an_error_and_not_a_signal()
    {
        using var disk = SmallDisk.Mount();
        using PmemSource source = PmemSource.Create(disk.File("file"), 2 * SmallDisk.SizeBytes, sparse: true);
        var refusal = Assert.Throws<PmemIOException>(() => source.WriteAt(0, new byte[SmallDisk.SizeBytes + 1]));
        Assert.Equal(Errno.NoSpace, refusal.ErrorNumber);
        Assert.Equal(2 * SmallDisk.SizeBytes, source.GetLengthBytes());
    }
}
