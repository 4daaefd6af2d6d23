using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>Larger than statfs on every 64-bit Linux; only its first word is read.</summary>
    internal const int StatfsBytes = 256;

    /// <summary>fstatfs(2); the first word of the result is the magic number of the file system.</summary>
    [LibraryImport(Libc, EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int Fstatfs(int descriptor, long* result);
}
