using System.Runtime.InteropServices;
using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>The runtime's own copy and fill: PMEM_NO_MOVNT=1 with PMEM_NO_GENERIC_MEMCPY=1, libpmem's way to libc.</summary>
internal sealed unsafe class RuntimeStores(CacheLineFlusher flusher) : StoreFunctions(flusher, 0)
{
    internal override StoreInstructions Instructions => StoreInstructions.Runtime;

    protected override void Store(byte* destination, byte* source, nint lengthBytes, nint stride, bool backward)
    {
        // SAFETY: see StoreFunctions.Copy. MemoryCopy handles overlap; the source of a fill is one byte repeated.
        if (stride == 0)
        {
            NativeMemory.Fill(destination, (nuint)lengthBytes, *source);
        }
        else
        {
            Buffer.MemoryCopy(source, destination, lengthBytes, lengthBytes);
        }
    }
}
