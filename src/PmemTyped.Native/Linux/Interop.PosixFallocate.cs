using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    /// <summary>posix_fallocate(3). Returns the error number instead of setting errno.</summary>
    [LibraryImport(Libc, EntryPoint = "posix_fallocate")]
    internal static partial int PosixFallocate(int descriptor, long offset, long length);
}
