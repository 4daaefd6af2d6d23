using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>Reading and writing at a position. A transfer that the kernel cuts short is continued.</summary>
public sealed partial class SafeFileDescriptor
{
    /// <summary>
    /// Reads from a position: pread(2), until the destination is full, the file ends or an error comes.
    /// </summary>
    /// <param name="offset">Byte offset in the file.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="count">How many were read; fewer than asked for without an error means the end of the file.</param>
    public unsafe int ReadAt(long offset, Span<byte> destination, out int count)
    {
        count = 0;
        fixed (byte* bytes = destination)
        {
            while (count < destination.Length)
            {
                // SAFETY: the span is pinned; count stays below its length, and the rest is what the call may write.
                nint returned = Interop.Pread(
                    Number, bytes + count, (nuint)(destination.Length - count), offset + count);
                int error = returned < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
                if (returned == 0 || error is not (Errno.None or Errno.Interrupted))
                {
                    GC.KeepAlive(this);
                    return error;
                }

                count += (int)Math.Max(returned, 0);
            }
        }

        GC.KeepAlive(this);
        return Errno.None;
    }

    /// <summary>
    /// Writes at a position: pwrite(2), until all is written or an error comes. EFBIG past the size limit of the
    /// process, EIO when the kernel takes nothing.
    /// </summary>
    /// <param name="offset">Byte offset in the file.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="count">How many were written.</param>
    public unsafe int WriteAt(long offset, ReadOnlySpan<byte> source, out int count)
    {
        count = 0;
        if (IsPastSizeLimit(offset + source.Length))
        {
            return Errno.FileTooBig;
        }

        fixed (byte* bytes = source)
        {
            while (count < source.Length)
            {
                // SAFETY: the span is pinned; count stays below its length, and the rest is what the call may read.
                nint returned = Interop.Pwrite(Number, bytes + count, (nuint)(source.Length - count), offset + count);
                int error = returned < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
                if (returned == 0 || error is not (Errno.None or Errno.Interrupted))
                {
                    GC.KeepAlive(this);
                    return returned == 0 ? Errno.InputOutput : error;
                }

                count += (int)Math.Max(returned, 0);
            }
        }

        GC.KeepAlive(this);
        return Errno.None;
    }
}
