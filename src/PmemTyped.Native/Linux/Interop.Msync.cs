using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    internal const int MsyncSynchronous = 4;

    /// <summary>msync(2).</summary>
    [LibraryImport(Libc, EntryPoint = "msync", SetLastError = true)]
    internal static partial int Msync(nint address, nuint length, int flags);
}
