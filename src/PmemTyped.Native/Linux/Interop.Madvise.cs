using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    internal const int MadviseRandom = 1;
    internal const int MadviseWillNeed = 3;
    internal const int MadviseCollapse = 25;

    /// <summary>madvise(2).</summary>
    [LibraryImport(Libc, EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Madvise(nint address, nuint length, int advice);
}
