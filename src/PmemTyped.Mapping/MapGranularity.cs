using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// Decides what must be done to persist a byte of a new map, what that is worth, and says why in one sentence. MAP_SYNC
/// is the only proof that pages need not be synced; the environment may override it, but then nothing is verified
/// (mapping specification, sections 4, 7.3 and 12.4).
/// </summary>
internal static class MapGranularity
{
    private const string SyncGranted = "MAP_SYNC was granted for DAX memory";

    internal static MediumDurability Decide(in MapFacts facts)
    {
        (StoreGranularity granularity, string why) = Choose(facts);
        if (granularity == StoreGranularity.CacheLine && facts.Flush == FlushInstruction.None)
        {
            granularity = StoreGranularity.Page;
            why = $"cache lines cannot be flushed here, because {facts.FlushUnavailableBecause}; pages are synced";
        }

        DurabilityKind kind = KindOf(granularity, facts);
        return new MediumDurability(granularity, kind, facts.FileSystem, why + Caveat(kind, facts));
    }

    /// <summary>Memory of another owner: only the caller knows what is behind it.</summary>
    internal static MediumDurability OfExisting(StoreGranularity granularity) => new(
        granularity,
        DurabilityKind.ForcedUnverified,
        "memory of another owner",
        $"the caller says that {granularity} granularity is enough, which nothing verified");

    /// <summary>The granularity that a value of PMEM2_FORCE_GRANULARITY names, or null.</summary>
    internal static StoreGranularity? Named(string? value) => value?.ToUpperInvariant() switch
    {
        "BYTE" => StoreGranularity.Byte,
        "CACHE_LINE" or "CACHELINE" => StoreGranularity.CacheLine,
        "PAGE" => StoreGranularity.Page,
        _ => null,
    };

    // The first reason decides.
    private static (StoreGranularity Granularity, string Why) Choose(in MapFacts facts)
    {
        if (facts.Kind == PmemSourceKind.Anonymous)
        {
            return (StoreGranularity.Byte, "no file stands behind anonymous memory, so it ends with this process");
        }

        if (facts.IsPrivate)
        {
            return (StoreGranularity.Byte, "the map is private, so stores stay in this process and end with it");
        }

        if (Named(facts.ForcedGranularity) is { } named)
        {
            return (named, $"{PmemPlatform.ForceGranularityVariable} selects {named} granularity");
        }

        if (facts.ForcesPersistentMemory == false)
        {
            return (
                StoreGranularity.Page,
                $"{PmemPlatform.ForcePersistentVariable} turns cache-line flushing off, pages are synced");
        }

        if (facts.IsSynchronous)
        {
            return ChooseLines(facts, SyncGranted);
        }

        if (facts.ForcesPersistentMemory == true)
        {
            return ChooseLines(facts, $"{PmemPlatform.ForcePersistentVariable} selects cache-line flushes");
        }

        string refusal = Errno.Name(facts.SyncError);
        return (
            StoreGranularity.Page,
            facts.ReportsDax
                ? $"the file system reports DAX, but MAP_SYNC was refused ({refusal}), so pages are synced"
                : $"MAP_SYNC was refused ({refusal}), so pages of the page cache of {facts.FileSystem} are synced");
    }

    private static (StoreGranularity Granularity, string Why) ChooseLines(in MapFacts facts, string cause) =>
        (facts.SkipsFlushes, facts.HasAutoFlush) switch
        {
            (true, _) => (StoreGranularity.Byte, $"{cause}, and {PmemPlatform.NoFlushVariable} turns write-back off"),
            (null, true) => (
                StoreGranularity.Byte,
                $"{cause}, and the power-fail domain includes the CPU caches (eADR), so a fence is enough"),
            _ => (StoreGranularity.CacheLine, $"{cause}, lines are written back with {facts.Flush}"),
        };

    private static DurabilityKind KindOf(StoreGranularity granularity, in MapFacts facts)
    {
        if (facts.Kind == PmemSourceKind.Anonymous || facts.IsPrivate)
        {
            return DurabilityKind.Volatile;
        }

        if (granularity == StoreGranularity.Page)
        {
            return facts.LivesInMemory ? DurabilityKind.Volatile : DurabilityKind.PowerSafeByPageSync;
        }

        if (!facts.IsSynchronous)
        {
            return facts.LivesInMemory ? DurabilityKind.Volatile : DurabilityKind.ForcedUnverified;
        }

        return (granularity, facts.HasAutoFlush) switch
        {
            (StoreGranularity.CacheLine, _) => DurabilityKind.PowerSafeByCacheLineFlush,
            (_, true) => DurabilityKind.PowerSafeByFence,
            _ => DurabilityKind.ForcedUnverified,
        };
    }

    private static string Caveat(DurabilityKind kind, in MapFacts facts) => kind switch
    {
        DurabilityKind.ForcedUnverified => "; nothing verified that this reaches what outlives a loss of power",
        DurabilityKind.Volatile when facts.Kind != PmemSourceKind.Anonymous && !facts.IsPrivate =>
            "; the file lives in memory, a loss of power loses it",
        _ => string.Empty,
    };
}
