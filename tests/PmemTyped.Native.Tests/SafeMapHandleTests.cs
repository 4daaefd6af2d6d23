using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>Maps and syncs report what the kernel says.</summary>
public sealed class SafeMapHandleTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_sync_over_an_unmapped_hole_is_reported()
    {
        using MapWithHole map = MapWithHole.Create();
        Assert.Equal(Errno.NoMemory, map.Handle.SyncPages(0, 8192));
        Assert.Equal(Errno.NoMemory, map.Handle.SyncPages(4095, 2));
        Assert.Equal(Errno.None, map.Handle.SyncPages(0, 4096));
        Assert.Equal(Errno.None, map.Handle.SyncPages(9000, 100));
    }

    [Fact]
    public void A_sync_of_nothing_asks_the_kernel_nothing()
    {
        using MapWithHole map = MapWithHole.Create();
        Assert.Equal(Errno.None, map.Handle.SyncPages(4096, 0));
    }

    [Fact]
    public void A_shared_map_changes_the_file_and_a_private_one_does_not()
    {
        using var directory = TempDirectory.Create();
        string path = directory.File("map");
        File.WriteAllBytes(path, new byte[4096]);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(path, writable: true, out _)!;
        using SafeMapHandle hidden = SafeMapHandle.Map(MappedFile.RequestFor(file, 4096, isPrivate: true), out int syncError, out _)!;
        using SafeMapHandle shared = SafeMapHandle.Map(MappedFile.RequestFor(file, 4096), out _, out _)!;
        hidden.Range.Store32(0, 0x1111_1111);
        shared.Range.Store32(8, 0x2222_2222);

        Assert.Equal(Errno.NotSupported, syncError);
        Assert.Equal(Errno.None, shared.SyncPages(8, 4));
        Assert.Equal(Convert.FromHexString("000000000000000022222222"), File.ReadAllBytes(path)[..12]);
    }

    [Fact]
    public void A_writable_map_of_a_file_opened_for_reading_is_refused()
    {
        using var directory = TempDirectory.Create();
        File.WriteAllBytes(directory.File("map"), new byte[4096]);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(directory.File("map"), writable: false, out _)!;
        Assert.Null(SafeMapHandle.Map(MappedFile.RequestFor(file, 4096), out _, out int error));
        Assert.Equal(Errno.Access, error);
    }

    [Fact]
    public void A_map_of_no_bytes_is_refused()
    {
        using var directory = TempDirectory.Create();
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(directory.File("map"), OwnerOnly, out _)!;
        Assert.Null(SafeMapHandle.Map(MappedFile.RequestFor(file, 0), out _, out int error));
        Assert.Equal(Errno.Invalid, error);
    }
}
