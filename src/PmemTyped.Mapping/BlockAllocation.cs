using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// Gives a file its blocks. Where files live in memory these are large pages if possible: random access to small ones waits for the
/// page table more than for the bytes (Design 0027). Other file systems write a large piece for each byte that is synced in it, so
/// they are left alone.
/// </summary>
internal static class BlockAllocation
{
    /// <returns>Error number, 0 for success. What does not fit takes no room: the kernel would take all there is first.</returns>
    internal static int Allocate(SafeFileDescriptor file, long lengthBytes)
    {
        if (file.GetStatus(out FileStatus status) == Errno.None && !file.MayHaveRoom(lengthBytes - status.AllocatedBytes))
        {
            return Errno.NoSpace;
        }

        if (file.GetFileSystemMagic(out long magic) == Errno.None && magic == FileSystemMagic.Tmpfs)
        {
            file.GatherPages(lengthBytes);
        }

        return file.Allocate(lengthBytes);
    }
}
