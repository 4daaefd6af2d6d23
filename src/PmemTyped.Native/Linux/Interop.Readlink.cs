using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>readlink(2); the result has no terminator.</summary>
    [LibraryImport(Libc, EntryPoint = "readlink", SetLastError = true)]
    internal static partial nint Readlink(byte* path, byte* target, nuint length);
}
