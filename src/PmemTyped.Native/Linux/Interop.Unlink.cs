using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>unlink(2).</summary>
    [LibraryImport(Libc, EntryPoint = "unlink", SetLastError = true)]
    internal static partial int Unlink(byte* path);
}
