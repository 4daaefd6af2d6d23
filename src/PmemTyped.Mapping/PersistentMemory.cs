using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>Questions about memory of this process, whichever map it lies in. Threads: safe.</summary>
public static class PersistentMemory
{
    /// <summary>
    /// Whether every byte lies in maps of persistent memory: those for which the kernel granted MAP_SYNC, dax devices, and
    /// memory that its owner declared so. Maps that touch count as one; any hole makes it false. The answer holds for as
    /// long as those maps do. Not for hot paths: it searches all maps under a lock. (pmem_is_pmem)
    /// </summary>
    /// <param name="memory">Any memory; false when it is empty.</param>
    /// <param name="platform">Its PMEM_IS_PMEM_FORCE decides alone when it says yes or no; null for that of this process.</param>
    public static bool Contains(ReadOnlySpan<byte> memory, PmemPlatform? platform = null)
    {
        bool? forced = (platform ?? PmemPlatform.Current).ForcesPersistentMemory;
        return memory.Length != 0 && (forced ?? LiveMaps.ContainsPersistent(memory));
    }
}
