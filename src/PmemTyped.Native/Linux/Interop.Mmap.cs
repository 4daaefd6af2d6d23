using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static partial class Interop
{
    internal const int ProtectionNone = 0;
    internal const int ProtectionRead = 1;
    internal const int ProtectionWrite = 2;
    internal const int ProtectionExecute = 4;
    internal const int MapShared = 0x01;
    internal const int MapPrivate = 0x02;
    internal const int MapSharedValidate = 0x03;
    internal const int MapFixed = 0x10;
    internal const int MapAnonymous = 0x20;
    internal const int MapNoReserve = 0x4000;
    internal const int MapSync = 0x80000;
    internal const int MapFixedNoReplace = 0x100000;

    /// <summary>mmap(2). Returns -1 on failure.</summary>
    [LibraryImport(Libc, EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Mmap(nint address, nuint length, int protection, int flags, int descriptor, long offset);
}
