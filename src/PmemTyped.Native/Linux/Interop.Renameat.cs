using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>renameat(2).</summary>
    [LibraryImport(Libc, EntryPoint = "renameat", SetLastError = true)]
    internal static partial int Renameat(int fromDirectory, byte* from, int toDirectory, byte* to);
}
