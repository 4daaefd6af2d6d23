using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>unlinkat(2).</summary>
    [LibraryImport(Libc, EntryPoint = "unlinkat", SetLastError = true)]
    internal static partial int Unlinkat(int directory, byte* path, int flags);
}
