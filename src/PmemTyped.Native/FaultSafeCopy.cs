using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// Copies between a map and ordinary memory through the kernel, so that a byte that cannot be had - a bad block of the
/// medium, a page beyond the end of a file that was cut - is an error number and not a signal, which would end the
/// process. Slow: two system calls for each chunk. Threads: safe.
/// </summary>
/// <remarks>
/// The bytes go through a pipe. write(2) takes them from the map with the kernel's copy from user memory, which is
/// allowed to fail: a page that is known bad or absent gives EFAULT, and a bad line met for the first time during that
/// copy is recovered in the same way by the machine-check handler. read(2) stores them in the map under the same rule.
/// process_vm_readv(2) needs no pipe, but reads through the kernel's own mapping of the page, where a bad line that is
/// met for the first time stops the machine. A handler for SIGBUS that jumps out of a copy, as C programs have it,
/// cannot be written in .NET.
/// </remarks>
public static class FaultSafeCopy
{
    // What a pipe holds unless it was made smaller; more would only make the pipe grow.
    private const int ChunkBytes = 65_536;

    /// <summary>Copies bytes of a map out.</summary>
    /// <param name="source">The map, which the caller keeps alive.</param>
    /// <param name="offset">Byte offset in the map.</param>
    /// <param name="destination">
    /// Receives as many bytes as it is long; what it holds after an error is undefined.
    /// </param>
    /// <returns>Error number, 0 for success; EFAULT for bytes that cannot be read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie inside the map.</exception>
    public static unsafe int Read(NativeRange source, long offset, Span<byte> destination)
    {
        byte* from = source.Address(offset, destination.Length);
        fixed (byte* to = destination)
        {
            // SAFETY: the map's bounds were checked, the destination is pinned; both are as long as said.
            return Copy(from, to, destination.Length);
        }
    }

    /// <summary>Stores bytes in a map. Durability on return: Stored.</summary>
    /// <param name="destination">The writable map, which the caller keeps alive.</param>
    /// <param name="offset">Byte offset in the map.</param>
    /// <param name="source">The bytes; after an error an unknown part of them is stored.</param>
    /// <returns>Error number, 0 for success; EFAULT for bytes that cannot be stored.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie inside the map.</exception>
    public static unsafe int Write(NativeRange destination, long offset, ReadOnlySpan<byte> source)
    {
        byte* to = destination.Address(offset, source.Length);
        fixed (byte* from = source)
        {
            // SAFETY: the map's bounds were checked, the source is pinned; both are as long as said.
            return Copy(from, to, source.Length);
        }
    }

    private static unsafe int Copy(byte* from, byte* to, int lengthBytes)
    {
        int* pipe = stackalloc int[2];

        // SAFETY: the call writes two numbers.
        if (Interop.Pipe(pipe, Interop.CloseOnExec | Interop.NonBlocking) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        int error = Errno.None;
        for (int done = 0; done < lengthBytes && error == Errno.None;)
        {
            // SAFETY: done stays below the length, which both sides have.
            error = Move(pipe, from + done, to + done, Math.Min(ChunkBytes, lengthBytes - done), out int moved);
            done += moved;
        }

        _ = Interop.Close(pipe[0]);
        _ = Interop.Close(pipe[1]);
        return error;
    }

    // Moves one chunk: as much as the empty pipe takes, then exactly that much out of it.
    private static unsafe int Move(int* pipe, byte* from, byte* to, int lengthBytes, out int moved)
    {
        moved = 0;
        int error = Transferred(Interop.Write(pipe[1], from, (nuint)lengthBytes), out int taken);
        while (error == Errno.None && moved < taken)
        {
            error = Transferred(Interop.Read(pipe[0], to + moved, (nuint)(taken - moved)), out int given);
            moved += given;
        }

        return error;
    }

    // Interrupted means nothing moved yet, and is tried again; nothing moved without a reason would be tried for ever.
    private static int Transferred(nint returned, out int count)
    {
        count = (int)Math.Max(returned, 0);
        int error = returned switch
        {
            > 0 => Errno.None,
            0 => Errno.InputOutput,
            _ => Marshal.GetLastPInvokeError(),
        };
        return error == Errno.Interrupted ? Errno.None : error;
    }
}
