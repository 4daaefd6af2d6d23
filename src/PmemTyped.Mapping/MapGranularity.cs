using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// Decides what a persist on a new map is worth. MAP_SYNC success is the only proof of cache-line durability;
/// PMEM_IS_PMEM_FORCE overrides it the way libpmem lets it (mapping specification, section 4).
/// </summary>
internal static class MapGranularity
{
    internal static MediumDurability Decide(bool mapSyncGranted, string fileSystem, bool? force) =>
        Decide(mapSyncGranted, fileSystem, force, PersistInstructions.Flush, PersistInstructions.UnavailableBecause);

    internal static MediumDurability Decide(
        bool mapSyncGranted, string fileSystem, bool? force, FlushInstruction flush, string? unavailableBecause)
    {
        bool inMemory = FileSystemMagic.LivesInMemory(fileSystem);
        DurabilityKind pageKind = inMemory ? DurabilityKind.Volatile : DurabilityKind.PowerSafeByPageSync;
        bool wantsLines = force ?? mapSyncGranted;
        if (!wantsLines)
        {
            string pageReason = inMemory
                ? "the file lives in memory, a loss of power loses it"
                : force == false
                    ? $"{PmemPlatform.ForcePersistentVariable} turns cache-line flushing off, pages are synced"
                    : "MAP_SYNC was refused, so pages of the page cache are synced";
            return new MediumDurability(StoreGranularity.Page, pageKind, fileSystem, pageReason);
        }

        if (flush == FlushInstruction.None)
        {
            return new MediumDurability(
                StoreGranularity.Page,
                pageKind,
                fileSystem,
                $"cache lines cannot be flushed here, because {unavailableBecause}; pages are synced");
        }

        if (mapSyncGranted)
        {
            return new MediumDurability(
                StoreGranularity.CacheLine,
                DurabilityKind.PowerSafeByCacheLineFlush,
                fileSystem,
                $"MAP_SYNC was granted, lines are written back with {flush}");
        }

        return inMemory
            ? new MediumDurability(
                StoreGranularity.CacheLine,
                DurabilityKind.Volatile,
                fileSystem,
                $"{PmemPlatform.ForcePersistentVariable} selects cache-line flushes, but the file lives in memory, a loss of power loses it")
            : new MediumDurability(
                StoreGranularity.CacheLine,
                DurabilityKind.ForcedUnverified,
                fileSystem,
                $"{PmemPlatform.ForcePersistentVariable} selects cache-line flushes; a flush does not reach the storage behind a page cache");
    }

    /// <summary>Syncing a private map succeeds and reaches nothing.</summary>
    internal static MediumDurability OfPrivateMap(string fileSystem) => new(
        StoreGranularity.Page,
        DurabilityKind.Volatile,
        fileSystem,
        "the map is private, so stores stay in this process and end with it");
}
