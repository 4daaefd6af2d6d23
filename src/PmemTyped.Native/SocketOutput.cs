using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// Sending as much as a socket has room for, and knowing how much that was: the socket of the runtime says 0 when its time was
/// over in the middle, so that who goes on would send bytes twice.
/// </summary>
public static class SocketOutput
{
    /// <summary>
    /// Hands over as many bytes as there is room for, without waiting, from two places that are sent as one: sendmsg(2) with
    /// MSG_DONTWAIT. Threads: safe.
    /// </summary>
    /// <param name="socket">The socket; it stays open during the call.</param>
    /// <param name="head">The bytes that come first.</param>
    /// <param name="body">The bytes that follow; may be empty.</param>
    /// <param name="count">How many of both together were taken.</param>
    /// <returns>0, EAGAIN when there is no room, or why the socket is of no more use.</returns>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static unsafe int TrySend(SafeHandle socket, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int count)
    {
        ArgumentNullException.ThrowIfNull(socket);
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            fixed (byte* first = head, second = body)
            {
                // SAFETY: both spans are pinned, and their lengths are what the call may read; the reference keeps the number ours.
                nint sent = Send((int)socket.DangerousGetHandle(), first, head.Length, second, body.Length);
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

    private static unsafe nint Send(int socket, byte* head, int headBytes, byte* body, int bodyBytes)
    {
        const int Flags = Interop.MessageDoNotWait | Interop.MessageNoSignal;
        if (bodyBytes == 0)
        {
            return Interop.Send(socket, head, (nuint)headBytes, Flags);
        }

        // SAFETY: the pieces are on the stack during the call, and the kernel reads no more than the two of them.
        Interop.MessagePiece* pieces = stackalloc Interop.MessagePiece[2];
        pieces[0] = new() { Start = head, Length = (nuint)headBytes };
        pieces[1] = new() { Start = body, Length = (nuint)bodyBytes };
        return Interop.SendMessage(socket, new Interop.MessageHeader { Pieces = pieces, PieceCount = 2 }, Flags);
    }
}
