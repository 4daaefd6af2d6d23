using PmemTyped.Native;

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
    private const string LivesInMemory = "the file lives in memory, a loss of power loses it";

    [LineFlushTheory]
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
        MediumDurability durability = MapGranularity.Decide(
            mapSyncGranted, fileSystem, new PmemPlatform(_ => force).ForcesPersistentMemory);

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
        MediumDurability durability = MapGranularity.Decide(
            mapSyncGranted, fileSystem, new PmemPlatform(_ => force).ForcesPersistentMemory, FlushInstruction.None, "mprotect to read+execute was refused (EACCES)");
        Assert.Equal((StoreGranularity.Page, kind), (durability.Granularity, durability.Kind));
        Assert.Contains("mprotect to read+execute was refused (EACCES)", durability.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_map_is_worth_nothing_wherever_the_file_lives()
    {
        MediumDurability durability = MapGranularity.OfPrivateMap(Disk);
        Assert.Equal(DurabilityKind.Volatile, durability.Kind);
        Assert.False(durability.IsPowerSafe);
        Assert.Contains("private", durability.Reason, StringComparison.Ordinal);
    }

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
}

/// <summary>A theory about machines that can flush cache lines, skipped aloud elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LineFlushTheoryAttribute : TheoryAttribute
{
    public LineFlushTheoryAttribute() => Skip = PersistInstructions.UnavailableBecause;
}
