using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>
/// A copy through the kernel answers with a number where a load would end the process: the bytes of a map beyond the end
/// of a file that was cut stand for those of a bad block.
/// </summary>
public sealed class FaultSafeCopyTests : IDisposable
{
    private const int PageBytes = 4096;
    private const int MapBytes = 64 * PageBytes;
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly SafeFileDescriptor _file;
    private readonly SafeMapHandle _map;

    public FaultSafeCopyTests()
    {
        _file = SafeFileDescriptor.CreateNew(
            _directory.File("map"), UnixFileMode.UserRead | UnixFileMode.UserWrite, out _)!;
        Assert.Equal(Errno.None, _file.SetLength(MapBytes));
        _map = SafeMapHandle.Map(MappedFile.RequestFor(_file, MapBytes), out _, out _)!;
    }

    public void Dispose()
    {
        _map.Dispose();
        _file.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4095, 2)]
    [InlineData(3, 65_536)]
    [InlineData(7, 65_537)]
    [InlineData(0, MapBytes)]
    [InlineData(MapBytes, 0)]
    public void Bytes_that_can_be_had_are_copied_both_ways(long offset, int lengthBytes)
    {
        byte[] bytes = [.. Enumerable.Range(0, lengthBytes).Select(i => (byte)((i % 253) + 1))];
        byte[] expected = new byte[MapBytes];
        bytes.CopyTo(expected, offset);
        Assert.Equal(Errno.None, FaultSafeCopy.Write(_map.Range, offset, bytes));
        byte[] read = new byte[lengthBytes];
        Assert.Equal(Errno.None, FaultSafeCopy.Read(_map.Range, offset, read));

        Assert.Equal(bytes, read);
        Assert.Equal(expected, _map.Range.Window(0, MapBytes).ToArray());
    }

    [Theory]
    [InlineData(3 * PageBytes, 1)]
    [InlineData((2 * PageBytes) - 1, 2)]
    [InlineData(0, MapBytes)]
    [InlineData(MapBytes - 1, 1)]
    public void Bytes_that_cannot_be_had_are_an_error_and_not_a_signal(long offset, int lengthBytes)
    {
        Assert.Equal(Errno.None, _file.SetLength(2 * PageBytes));
        Assert.Equal(Errno.BadAddress, FaultSafeCopy.Read(_map.Range, offset, new byte[lengthBytes]));
        Assert.Equal(Errno.BadAddress, FaultSafeCopy.Write(_map.Range, offset, new byte[lengthBytes]));
        Assert.Equal(Errno.None, FaultSafeCopy.Read(_map.Range, 0, new byte[2 * PageBytes]));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(MapBytes, 1)]
    [InlineData(long.MaxValue, 1)]
    public void Bytes_outside_the_map_are_refused(long offset, int lengthBytes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FaultSafeCopy.Read(_map.Range, offset, new byte[lengthBytes]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaultSafeCopy.Write(_map.Range, offset, new byte[lengthBytes]));
    }

    [Fact]
    public void No_descriptor_is_left_behind()
    {
        int before = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        Assert.Equal(Errno.None, _file.SetLength(PageBytes));
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(Errno.BadAddress, FaultSafeCopy.Read(_map.Range, PageBytes, new byte[1]));
        }

        Assert.InRange(Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(), 0, before + 10);
    }
}
