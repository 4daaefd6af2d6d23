using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>MSG_DONTWAIT: EAGAIN instead of waiting for room.</summary>
    internal const int MessageDoNotWait = 0x40;

    /// <summary>MSG_NOSIGNAL: EPIPE without SIGPIPE.</summary>
    internal const int MessageNoSignal = 0x4000;

    /// <summary>send(2).</summary>
    [LibraryImport(Libc, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int socket, byte* source, nuint length, int flags);
}
