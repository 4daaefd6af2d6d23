using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int AccessModeMask = 3;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int Append = 0x400;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    /// <summary>O_PATH: a place to start from; neither read nor write permission is needed.</summary>
    internal const int PlaceOnly = 0x20_0000;

    // Arm and Power numbered these flags before the others did.
    private static readonly bool s_hasOldFlags = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Ppc64le;

    /// <summary>Gets O_DIRECTORY, whose value differs between architectures.</summary>
    internal static int DirectoryOnly { get; } = s_hasOldFlags ? 0x4000 : 0x1_0000;

    /// <summary>Gets O_NOFOLLOW, whose value differs between architectures.</summary>
    internal static int NoFollow { get; } = s_hasOldFlags ? 0x8000 : 0x2_0000;

    /// <summary>Gets O_TMPFILE, which contains O_DIRECTORY.</summary>
    internal static int NamelessFile { get; } = 0x40_0000 | DirectoryOnly;

    /// <summary>openat(2).</summary>
    [LibraryImport(Libc, EntryPoint = "openat", SetLastError = true)]
    internal static partial int Openat(int directory, byte* path, int flags, uint mode);
}
