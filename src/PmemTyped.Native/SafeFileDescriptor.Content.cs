using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>Reading and writing at the current position, for the small attribute files of the kernel.</summary>
public sealed partial class SafeFileDescriptor
{
    /// <summary>Reads from the current position: read(2). Fewer bytes than asked for is no error.</summary>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="count">How many were read; 0 at the end.</param>
    public unsafe int ReadNext(Span<byte> destination, out int count)
    {
        nint returned;
        int error;
        fixed (byte* bytes = destination)
        {
            do
            {
                // SAFETY: the span is pinned, and its length is what the call may write.
                returned = Interop.Read(Number, bytes, (nuint)destination.Length);
                error = returned < 0 ? ErrorOf(-1) : Errno.None;
            }
            while (error == Errno.Interrupted);
        }

        count = (int)Math.Max(returned, 0);
        return error;
    }

    /// <summary>Writes at the current position: write(2). EIO when the kernel takes only a part.</summary>
    /// <param name="source">The bytes.</param>
    public unsafe int WriteNext(ReadOnlySpan<byte> source)
    {
        nint returned;
        int error;
        fixed (byte* bytes = source)
        {
            do
            {
                // SAFETY: the span is pinned, and its length is what the call may read.
                returned = Interop.Write(Number, bytes, (nuint)source.Length);
                error = returned < 0 ? ErrorOf(-1) : Errno.None;
            }
            while (error == Errno.Interrupted);
        }

        return error == Errno.None && returned != source.Length ? Errno.InputOutput : error;
    }
}
