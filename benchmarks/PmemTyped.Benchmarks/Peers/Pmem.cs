using System.Runtime.InteropServices;

namespace PmemTyped.Benchmarks.Peers;

/// <summary>libpmem, called as <see cref="PmemBlk"/> is.</summary>
internal static unsafe partial class Pmem
{
    private const string SharedObject = "libpmem.so.1";

    [LibraryImport(SharedObject, EntryPoint = "pmem_persist")]
    internal static partial void Persist(byte* address, nuint length);

    [LibraryImport(SharedObject, EntryPoint = "pmem_msync")]
    internal static partial int Msync(byte* address, nuint length);

    [LibraryImport(SharedObject, EntryPoint = "pmem_memcpy_persist")]
    internal static partial byte* MemcpyPersist(byte* destination, byte* source, nuint length);

    [LibraryImport(SharedObject, EntryPoint = "pmem_memset_persist")]
    internal static partial byte* MemsetPersist(byte* destination, int value, nuint length);
}
