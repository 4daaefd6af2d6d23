using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>pread(2).</summary>
    [LibraryImport(Libc, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint Pread(int descriptor, byte* destination, nuint length, long offset);
}
