using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>Blocks are given back, taken again and listed, and the error number comes through.</summary>
public sealed class FileExtentTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Length = 1 << 20;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfFile => _directory.File("file");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_hole_has_no_blocks_until_they_are_allocated_again_and_the_size_stays()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Equal(Errno.None, file.SetLength(Length));
        Assert.Equal(Errno.None, file.Allocate(Length));
        Assert.Equal(Errno.None, file.PunchHole(Length / 2, Length / 2));
        Assert.Equal((Length, Length / 2), Sizes(file));
        Assert.Equal(Errno.None, file.AllocateRange(Length / 2, Length / 2));
        Assert.Equal((Length, Length), Sizes(file));
        Assert.Equal(Errno.Invalid, file.PunchHole(0, 0));
        Assert.Equal(Errno.Invalid, file.AllocateRange(-1, 1));
    }

    [Fact]
    public void Files_in_memory_lie_on_no_device()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Equal(Errno.NotSupported, file.GetExtents(0, new FileExtent[1], out int count));
        Assert.Equal(0, count);
        Assert.Equal("ENOTTY", Errno.Name(Errno.NoTerminal));
    }

    [Fact]
    public void Status_tells_the_numbers_of_devices()
    {
        using SafeFileDescriptor device = SafeFileDescriptor.OpenExisting("/dev/null", writable: true, out _)!;
        Assert.Equal(Errno.None, device.GetStatus(out FileStatus status));
        Assert.Equal((1u, 3u), (status.SpecialDeviceMajor, status.SpecialDeviceMinor));

        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(PathOfFile, OwnerOnly, out _)!;
        Assert.Equal(Errno.None, file.GetStatus(out status));
        Assert.Equal((0u, 0u), (status.SpecialDeviceMajor, status.SpecialDeviceMinor));
        Assert.NotEqual((0u, 0u), (status.DeviceMajor, status.DeviceMinor));
        Assert.Equal(Environment.SystemPageSize, status.BlockSizeBytes);
    }

    [Fact]
    public void Content_is_read_and_written_from_the_position_on()
    {
        File.WriteAllBytes(PathOfFile, [1, 2, 3]);
        using (SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfFile, writable: true, out _)!)
        {
            byte[] read = new byte[2];
            Assert.Equal((Errno.None, 2), (file.ReadNext(read, out int first), first));
            Assert.Equal([1, 2], read);
            Assert.Equal((Errno.None, 1), (file.ReadNext(read, out int second), second));
            Assert.Equal((Errno.None, 0), (file.ReadNext(read, out int third), third));
            Assert.Equal(Errno.None, file.WriteNext([4, 5]));
        }

        Assert.Equal([1, 2, 3, 4, 5], File.ReadAllBytes(PathOfFile));
        using SafeFileDescriptor directory = SafeFileDescriptor.OpenDirectory(_directory.Path, out _)!;
        Assert.Equal(Errno.IsADirectory, directory.ReadNext(new byte[1], out _));
        using SafeFileDescriptor full = SafeFileDescriptor.OpenExisting("/dev/full", writable: true, out _)!;
        Assert.Equal(Errno.NoSpace, full.WriteNext([1]));
    }

    private static (int Size, int Allocated) Sizes(SafeFileDescriptor file)
    {
        Assert.Equal(Errno.None, file.GetStatus(out FileStatus status));
        return ((int)status.SizeBytes, (int)status.AllocatedBytes);
    }
}
