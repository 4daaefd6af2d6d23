using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>RLIMIT_FSIZE.</summary>
    internal const int LimitFileSize = 1;

    /// <summary>getrlimit(2); the result is the limit in force and the one it may be raised to.</summary>
    [LibraryImport(Libc, EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int Getrlimit(int resource, ulong* limits);
}
