using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Tests;

/// <summary>
/// What a persist is worth, for every combination of what the kernel granted, what the environment says and where the
/// file lives. The variable is parsed as C parses integers.
/// </summary>
public sealed class MapGranularityTests
{
    private const string Disk = "ext2/3/4";
    private const string Memory = "tmpfs";
    private const string SyncRefused = "MAP_SYNC was refused";
    private const string SyncGranted = "MAP_SYNC was granted";
    private const string TurnedOff = "PMEM_IS_PMEM_FORCE turns cache-line flushing off";
    private const string Selected = "PMEM_IS_PMEM_FORCE selects cache-line flushes";
    private static readonly bool[] s_either = [false, true];
    private static readonly bool?[] s_answers = [null, false, true];
    private const string LivesInMemory = "the file lives in memory, a loss of power loses it";

    [Theory]
    [InlineData(false, Disk, null, StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, SyncRefused)]
    [InlineData(false, Disk, "1", StoreGranularity.CacheLine, DurabilityKind.ForcedUnverified, Selected)]
    [InlineData(false, Disk, "0", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, TurnedOff)]
    [InlineData(false, Disk, "2", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, SyncRefused)]
    [InlineData(false, Disk, "-1", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, SyncRefused)]
    [InlineData(false, Disk, "abc", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, TurnedOff)]
    [InlineData(false, Disk, "", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, TurnedOff)]
    [InlineData(false, Disk, " 1", StoreGranularity.CacheLine, DurabilityKind.ForcedUnverified, Selected)]
    [InlineData(false, Disk, "+1", StoreGranularity.CacheLine, DurabilityKind.ForcedUnverified, Selected)]
    [InlineData(false, Disk, "1abc", StoreGranularity.CacheLine, DurabilityKind.ForcedUnverified, Selected)]
    [InlineData(false, Memory, null, StoreGranularity.Page, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(false, Memory, "1", StoreGranularity.CacheLine, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(false, Memory, "0", StoreGranularity.Page, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(false, Memory, "2", StoreGranularity.Page, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(false, Memory, "abc", StoreGranularity.Page, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(false, Memory, " 1", StoreGranularity.CacheLine, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(true, Disk, null, StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Disk, "1", StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Disk, "0", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, TurnedOff)]
    [InlineData(true, Disk, "2", StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Disk, "abc", StoreGranularity.Page, DurabilityKind.PowerSafeByPageSync, TurnedOff)]
    [InlineData(true, Disk, " 1", StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Memory, "0", StoreGranularity.Page, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(true, Memory, "abc", StoreGranularity.Page, DurabilityKind.Volatile, LivesInMemory)]
    [InlineData(true, Memory, null, StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Memory, "1", StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Memory, "2", StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    [InlineData(true, Memory, " 1", StoreGranularity.CacheLine, DurabilityKind.PowerSafeByCacheLineFlush, SyncGranted)]
    public void Granularity_and_kind_follow_from_kernel_environment_and_file_system(
        bool mapSyncGranted,
        string fileSystem,
        string? force,
        StoreGranularity granularity,
        DurabilityKind kind,
        string cause)
    {
        MediumDurability durability = MapGranularity.Decide(Facts(mapSyncGranted, fileSystem) with
        {
            ForcesPersistentMemory = new PmemPlatform(_ => force).ForcesPersistentMemory,
        });

        Assert.Equal((granularity, kind, fileSystem), (durability.Granularity, durability.Kind, durability.FileSystem));
        Assert.Contains(cause, durability.Reason, StringComparison.Ordinal);
        Assert.Equal(
            kind is DurabilityKind.PowerSafeByPageSync or DurabilityKind.PowerSafeByCacheLineFlush, durability.IsPowerSafe);
        Assert.Contains(fileSystem, durability.ToString(), StringComparison.Ordinal);
        Assert.Contains(durability.Reason, durability.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, null, DurabilityKind.PowerSafeByPageSync, "ext2/3/4")]
    [InlineData(false, "1", DurabilityKind.PowerSafeByPageSync, "ext2/3/4")]
    [InlineData(false, "1", DurabilityKind.Volatile, "tmpfs")]
    public void Where_no_cache_line_can_be_flushed_pages_are_synced_and_the_reason_is_told(
        bool mapSyncGranted, string? force, DurabilityKind kind, string fileSystem)
    {
        MediumDurability durability = MapGranularity.Decide(Facts(mapSyncGranted, fileSystem) with
        {
            ForcesPersistentMemory = new PmemPlatform(_ => force).ForcesPersistentMemory,
            Flush = FlushInstruction.None,
            FlushUnavailableBecause = "mprotect to read+execute was refused (EACCES)",
        });
        Assert.Equal((StoreGranularity.Page, kind), (durability.Granularity, durability.Kind));
        Assert.Contains("mprotect to read+execute was refused (EACCES)", durability.Reason, StringComparison.Ordinal);
    }

    // Every combination: the order of the reasons, and a kind that never claims more than was verified.
    [Fact]
    public void The_first_reason_decides_and_no_kind_claims_more_than_was_verified()
    {
        int count = 0;
        foreach (MapFacts facts in EveryCombination())
        {
            MediumDurability durability = MapGranularity.Decide(facts);
            string shown = $"{facts} gives {durability}";
            Assert.True(Expected(facts) == durability.Granularity, shown);
            bool isProcessOnly = facts.Kind == PmemSourceKind.Anonymous || facts.IsPrivate;
            Assert.True(!isProcessOnly || durability.Kind == DurabilityKind.Volatile, shown);
            Assert.True(
                !durability.IsPowerSafe || durability.Granularity == StoreGranularity.Page || facts.SyncError == Errno.None, shown);
            Assert.True(
                !durability.IsPowerSafe || durability.Granularity != StoreGranularity.Byte || facts.HasAutoFlush, shown);
            Assert.True(
                !durability.IsPowerSafe || facts.SyncError == Errno.None || facts.FileSystem != Memory, shown);
            Assert.DoesNotContain(".", durability.Reason, StringComparison.Ordinal);
            count++;
        }

        Assert.Equal(3 * 2 * 2 * 3 * 7 * 3 * 3 * 2 * 2, count);
    }

    [Theory]
    [InlineData("byte", StoreGranularity.Byte)]
    [InlineData("BYTE", StoreGranularity.Byte)]
    [InlineData("cache_line", StoreGranularity.CacheLine)]
    [InlineData("Cache_Line", StoreGranularity.CacheLine)]
    [InlineData("CACHELINE", StoreGranularity.CacheLine)]
    [InlineData("page", StoreGranularity.Page)]
    [InlineData("CACHE_LINES", null)]
    [InlineData("CACHE LINE", null)]
    [InlineData(" PAGE", null)]
    [InlineData("PAGE ", null)]
    [InlineData("2", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_forced_granularity_is_one_of_four_words(string? value, StoreGranularity? expected) =>
        Assert.Equal(expected, MapGranularity.Named(value));

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Every_decision_explains_itself(string sentence, object facts) =>
        Assert.Equal(sentence, MapGranularity.Decide((MapFacts)facts).Reason);

    public static TheoryData<string, object> Sentences() => new()
    {
        { "MAP_SYNC was granted for DAX memory, lines are written back with Clwb", Facts(true, Disk) },
        {
            "MAP_SYNC was granted for DAX memory, and the power-fail domain includes the CPU caches (eADR), so a fence is enough",
            Facts(true, Disk) with { HasAutoFlush = true }
        },
        {
            "MAP_SYNC was granted for DAX memory, and PMEM_NO_FLUSH turns write-back off; nothing verified that this reaches what outlives a loss of power",
            Facts(true, Disk) with { SkipsFlushes = true }
        },
        {
            "the file system reports DAX, but MAP_SYNC was refused (EOPNOTSUPP), so pages are synced",
            Facts(false, Disk) with { ReportsDax = true }
        },
        { "MAP_SYNC was refused (EOPNOTSUPP), so pages of the page cache of ext2/3/4 are synced", Facts(false, Disk) },
        {
            "MAP_SYNC was refused (EOPNOTSUPP), so pages of the page cache of tmpfs are synced; the file lives in memory, a loss of power loses it",
            Facts(false, Memory)
        },
        {
            "PMEM2_FORCE_GRANULARITY selects Byte granularity; nothing verified that this reaches what outlives a loss of power",
            Facts(false, Disk) with { ForcedGranularity = "byte" }
        },
        {
            "the map is private, so stores stay in this process and end with it",
            Facts(true, Disk) with { IsPrivate = true, ForcedGranularity = "page" }
        },
        {
            "no file stands behind anonymous memory, so it ends with this process",
            Facts(true, Disk) with { Kind = PmemSourceKind.Anonymous, ForcedGranularity = "page" }
        },
    };

    [Theory]
    [InlineData(0x0102_1994, "tmpfs", true)]
    [InlineData(0x8584_58F6, "ramfs", true)]
    [InlineData(0x9584_58F6, "hugetlbfs", true)]
    [InlineData(0xEF53, "ext2/3/4", false)]
    [InlineData(0x5846_5342, "xfs", false)]
    [InlineData(0x794C_7630, "overlayfs", false)]
    [InlineData(0x1234, "file system 0x1234", false)]
    public void A_file_system_is_known_by_its_number(long magic, string name, bool livesInMemory)
    {
        Assert.Equal(name, FileSystemMagic.NameOf(magic));
        Assert.Equal(livesInMemory, FileSystemMagic.LivesInMemory(name));
    }

    private static MapFacts Facts(bool mapSyncGranted, string fileSystem) => new()
    {
        Kind = PmemSourceKind.RegularFile,
        FileSystem = fileSystem,
        SyncError = mapSyncGranted ? Errno.None : Errno.NotSupported,
        Flush = FlushInstruction.Clwb,
    };

    // The table of the specification, section 12.4, with the two switches of libpmem between rows 3 and 6.
    private static StoreGranularity Expected(MapFacts facts)
    {
        StoreGranularity lines = facts.Flush == FlushInstruction.None ? StoreGranularity.Page : StoreGranularity.CacheLine;
        return facts switch
        {
            { Kind: PmemSourceKind.Anonymous } or { IsPrivate: true } => StoreGranularity.Byte,
            { ForcedGranularity: "BYTE" or "byte" } => StoreGranularity.Byte,
            { ForcedGranularity: "CACHE_LINE" or "CacheLine" } => lines,
            { ForcedGranularity: "PAGE" } => StoreGranularity.Page,
            { ForcesPersistentMemory: false } => StoreGranularity.Page,
            { ForcesPersistentMemory: null, SyncError: not 0 } => StoreGranularity.Page,
            { SkipsFlushes: true } => StoreGranularity.Byte,
            { SkipsFlushes: null, HasAutoFlush: true } => StoreGranularity.Byte,
            _ => lines,
        };
    }

    private static IEnumerable<MapFacts> EveryCombination() =>
        from kind in Enum.GetValues<PmemSourceKind>()
        from isPrivate in s_either
        from fileSystem in (string[])[Disk, Memory]
        from syncError in (int[])[Errno.None, Errno.NotSupported, Errno.Invalid]
        from named in (string?[])[null, "BYTE", "byte", "CACHE_LINE", "CacheLine", "PAGE", "PAGES"]
        from forces in s_answers
        from skips in s_answers
        from hasAutoFlush in s_either
        from flush in (FlushInstruction[])[FlushInstruction.None, FlushInstruction.Clwb]
        select new MapFacts
        {
            Kind = kind,
            IsPrivate = isPrivate,
            FileSystem = fileSystem,
            SyncError = syncError,
            ForcedGranularity = named,
            ForcesPersistentMemory = forces,
            SkipsFlushes = skips,
            HasAutoFlush = hasAutoFlush,
            Flush = flush,
        };
}
