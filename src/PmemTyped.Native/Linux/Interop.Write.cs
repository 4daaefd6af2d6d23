using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>write(2).</summary>
    [LibraryImport(Libc, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* source, nuint length);
}
