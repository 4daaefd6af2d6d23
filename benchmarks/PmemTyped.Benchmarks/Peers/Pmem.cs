using System.Runtime.InteropServices;

namespace PmemTyped.Benchmarks.Peers;

/// <summary>libpmem, called as <see cref="PmemBlk"/> is.</summary>
internal static unsafe partial class Pmem
{
    internal const int FileCreate = 1;
    internal const int FileExclusive = 2;

    private const string SharedObject = "libpmem.so.1";

    [LibraryImport(SharedObject, EntryPoint = "pmem_map_file", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* MapFile(
        string path, nuint length, int flags, uint mode, out nuint mappedLength, out int isPmem);

    [LibraryImport(SharedObject, EntryPoint = "pmem_unmap")]
    internal static partial int Unmap(byte* address, nuint length);

    [LibraryImport(SharedObject, EntryPoint = "pmem_persist")]
    internal static partial void Persist(byte* address, nuint length);

    [LibraryImport(SharedObject, EntryPoint = "pmem_msync")]
    internal static partial int Msync(byte* address, nuint length);

    [LibraryImport(SharedObject, EntryPoint = "pmem_memcpy_persist")]
    internal static partial byte* MemcpyPersist(byte* destination, byte* source, nuint length);
}
