using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    /// <summary>fsync(2).</summary>
    [LibraryImport(Libc, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Fsync(int descriptor);
}
