using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    /// <summary>munmap(2).</summary>
    [LibraryImport(Libc, EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Munmap(nint address, nuint length);
}
