using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    /// <summary>mprotect(2).</summary>
    [LibraryImport(Libc, EntryPoint = "mprotect", SetLastError = true)]
    internal static partial int Mprotect(nint address, nuint length, int protection);
}
