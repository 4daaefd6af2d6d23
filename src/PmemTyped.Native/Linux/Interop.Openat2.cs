using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    internal const ulong ResolveNoMagicLinks = 0x02;
    internal const ulong ResolveNoLinks = 0x04;
    internal const ulong ResolveBeneath = 0x08;

    // The same on every 64-bit architecture that .NET runs on.
    private const nint Openat2Number = 437;

    /// <summary>openat2(2), since Linux 5.6; C libraries have no function for it, so it goes through syscall(2).</summary>
    internal static int Openat2(int directory, byte* path, OpenHow* how) =>
        (int)Syscall(Openat2Number, directory, path, how, (nuint)sizeof(OpenHow));

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint directory, byte* path, OpenHow* how, nuint howBytes);

    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
