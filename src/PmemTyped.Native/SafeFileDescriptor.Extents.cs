using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>Where the bytes of a file lie on its device, and how the place is given back and taken anew.</summary>
public sealed partial class SafeFileDescriptor
{
    /// <summary>
    /// Reads the next pieces of the file, in order: ioctl(2) with FS_IOC_FIEMAP and FIEMAP_FLAG_SYNC, which first lets
    /// the file system choose a place for what is still in memory. EOPNOTSUPP where files lie on no device.
    /// </summary>
    /// <param name="start">Byte offset in the file from which pieces are wanted; one that contains it is the first.</param>
    /// <param name="extents">Receives them; at least one.</param>
    /// <param name="count">How many there were; 0 when nothing is allocated from there on.</param>
    public unsafe int GetExtents(long start, Span<FileExtent> extents, out int count)
    {
        byte[] buffer = new byte[sizeof(Interop.FiemapHeader) + (extents.Length * sizeof(Interop.FiemapExtent))];
        fixed (byte* bytes = buffer)
        {
            // SAFETY: the buffer holds the header and as many extents as the header says, and is pinned for the call.
            var header = (Interop.FiemapHeader*)bytes;
            *header = new Interop.FiemapHeader
            {
                Start = (ulong)start,
                LengthBytes = ulong.MaxValue - (ulong)start,
                Flags = Interop.FiemapSync,
                ExtentCount = (uint)extents.Length,
            };
            int error = ErrorOf(Interop.Ioctl(Number, Interop.FiemapRequest, bytes));
            count = error == Errno.None ? (int)Math.Min(header->MappedExtents, (uint)extents.Length) : 0;
            var found = (Interop.FiemapExtent*)(bytes + sizeof(Interop.FiemapHeader));
            for (int index = 0; index < count; index++)
            {
                extents[index] = new FileExtent(
                    (long)found[index].LogicalOffset,
                    (long)found[index].PhysicalOffset,
                    (long)found[index].LengthBytes,
                    (found[index].Flags & Interop.FiemapExtentUnknown) == 0,
                    (found[index].Flags & Interop.FiemapExtentLast) != 0);
            }

            return error;
        }
    }

    /// <summary>
    /// Gives the blocks of a range back; it reads as zero. The size stays: fallocate(2) with FALLOC_FL_PUNCH_HOLE and
    /// FALLOC_FL_KEEP_SIZE.
    /// </summary>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes, greater than zero.</param>
    public int PunchHole(long offset, long lengthBytes) =>
        Fallocate(Interop.FallocatePunchHole | Interop.FallocateKeepSize, offset, lengthBytes);

    /// <summary>
    /// Allocates the blocks of a range; content and size stay: fallocate(2) with FALLOC_FL_KEEP_SIZE.
    /// </summary>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes, greater than zero.</param>
    public int AllocateRange(long offset, long lengthBytes) =>
        Fallocate(Interop.FallocateKeepSize, offset, lengthBytes);

    private int Fallocate(int mode, long offset, long lengthBytes)
    {
        int error;
        do
        {
            error = ErrorOf(Interop.Fallocate(Number, mode, offset, lengthBytes));
        }
        while (error == Errno.Interrupted);
        return error;
    }
}
