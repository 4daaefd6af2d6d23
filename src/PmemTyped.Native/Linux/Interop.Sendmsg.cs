using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>sendmsg(2).</summary>
    [LibraryImport(Libc, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMessage(int socket, in MessageHeader message, int flags);

    /// <summary>struct iovec: bytes that lie together.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessagePiece
    {
        internal byte* Start;
        internal nuint Length;
    }

    /// <summary>struct msghdr, without address and control data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        internal byte* Name;
        internal uint NameLength;
        internal MessagePiece* Pieces;
        internal nuint PieceCount;
        internal byte* Control;
        internal nuint ControlLength;
        internal int Flags;
    }
}
