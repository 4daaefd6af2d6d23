using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>Larger than statfs on every 64-bit Linux.</summary>
    internal const int StatfsBytes = 256;

    /// <summary>Which word of the result is f_type, the magic number of the file system.</summary>
    internal const int StatfsMagic = 0;

    /// <summary>Which word is f_bsize.</summary>
    internal const int StatfsBlockBytes = 1;

    /// <summary>Which word is f_blocks, the blocks of the file system; 0 where it has no limit.</summary>
    internal const int StatfsBlocks = 2;

    /// <summary>Which word is f_bfree, free blocks, also those that only root may have.</summary>
    internal const int StatfsFreeBlocks = 3;

    /// <summary>fstatfs(2).</summary>
    [LibraryImport(Libc, EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int Fstatfs(int descriptor, long* result);
}
