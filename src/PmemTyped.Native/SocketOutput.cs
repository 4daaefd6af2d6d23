using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// Sending as much as a socket has room for, and knowing how much that was: the socket of the runtime says 0 when its time was
/// over in the middle, so that who goes on would send bytes twice.
/// </summary>
public static class SocketOutput
{
    /// <summary>Hands over as many bytes as there is room for, without waiting: send(2) with MSG_DONTWAIT. Threads: safe.</summary>
    /// <param name="socket">The socket; it stays open during the call.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="count">How many were taken.</param>
    /// <returns>0, EAGAIN when there is no room, or why the socket is of no more use.</returns>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static unsafe int TrySend(SafeHandle socket, ReadOnlySpan<byte> source, out int count)
    {
        ArgumentNullException.ThrowIfNull(socket);
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            fixed (byte* bytes = source)
            {
                // SAFETY: the span is pinned, and its length is what the call may read; the reference keeps the number ours.
                nint sent = Interop.Send(
                    (int)socket.DangerousGetHandle(), bytes, (nuint)source.Length, Interop.MessageDoNotWait | Interop.MessageNoSignal);
                count = (int)Math.Max(sent, 0);
                return sent < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
            }
        }
        finally
        {
            if (isHeld)
            {
                socket.DangerousRelease();
            }
        }
    }
}
