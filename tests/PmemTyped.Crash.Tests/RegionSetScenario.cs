using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Regions;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// An open, transactions and a close on the region of a pool set. Each replica alone is a sound region that holds every
/// acknowledged transaction, and the interrupted one entirely or not at all; so is the region that is opened from the set, whose
/// replicas are equal then.
/// </summary>
internal sealed class RegionSetScenario : ICrashScenario
{
    private const int HeaderBytes = PartHeaderLayout.SizeBytes;

    // Opening the files takes longer than all else; the rest is done in memory.
    private const int StatesPerFile = 24;

    // Of a crash point with more states, the first and every so-manieth are looked at, unless a nightly run asks for all.
    private const int StatesPerPoint = 24;
    private const int Stride = 64;

    // Operation 0 opens the region, the last one closes it. None is undone: what such a transaction stored where it made objects is
    // not mirrored, and replicas that were closed cleanly differ in that free place.
    private static readonly RegionOperation[] s_operations =
    [
        RegionOperation.Push(1),
        RegionOperation.PushBlob(2),
        RegionOperation.Transfer(5),
        RegionOperation.MakeArray(10),
        RegionOperation.Pop,
    ];

    private static readonly IReadOnlyList<RegionType> s_types = ReachableTypes.Of<SetRoot>();

    private readonly RegionSetFiles _files;
    private readonly RegionState[] _expected;

    internal RegionSetScenario(RegionSetFiles files)
    {
        _files = files;
        RegionCore<SliceMedium<RecordingMedium>> region = Open(RegionOf(new StoreLog(files.Replicas).Medium, 0));
        _expected = [RegionState.Observe(region), .. s_operations.Select(operation =>
        {
            operation.Apply(region);
            return RegionState.Observe(region);
        })];
    }

    /// <summary>Gets the number of crash states that were opened from files.</summary>
    internal int FilesOpened { get; private set; }

    /// <summary>Gets the number of crash states that were looked at.</summary>
    internal int Checked { get; private set; }

    public ReadOnlySpan<byte> Initial => _files.Replicas;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        SliceMedium<TMedium> master = Replica(medium, 0);
        var mirror = new PoolSetMirror<SliceMedium<TMedium>>(() => master, [Replica(medium, 1)]);
        var pool = new ObservedMedium<SliceMedium<TMedium>>(master, mirror);
        log.Begin();
        PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(pool.Window(0, HeaderBytes));
        bool marksClean = false;
        RegionCore<SliceMedium<ObservedMedium<SliceMedium<TMedium>>>> region = Open(
            new SliceMedium<ObservedMedium<SliceMedium<TMedium>>>(pool, HeaderBytes, RegionSetFiles.PoolBytes - HeaderBytes),
            () => marksClean = ShutdownState.MarkDirty(pool, in header, _files.Identity));
        log.Acknowledge();
        foreach (RegionOperation operation in s_operations)
        {
            log.Begin();
            operation.Apply(region);
            log.Acknowledge();
        }

        log.Begin();
        if (marksClean)
        {
            ShutdownState.MarkClean(pool);
        }

        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        if (!CrashRun.IsNightly && point.State >= StatesPerPoint && point.State % Stride != 0)
        {
            return;
        }

        Checked++;
        for (int replica = 0; replica < 2; replica++)
        {
            PartHeaderLayout header = Blittable.Read<PartHeaderLayout>(Replica(image.Medium, replica).Window(0, HeaderBytes));
            Assert.Null(ShutdownState.Examine(in header, _files.Identity));
            RegionCore<SliceMedium<ImageMedium>> region = Open(RegionOf(image.Medium, replica));
            CheckContent(region, point);
            RegionOperation.Push(70).Apply(region);
            image.UndoVisitorStores();
        }

        if (Checked % StatesPerFile == 0)
        {
            CheckFiles(image, point);
        }
    }

    private void CheckFiles(CrashImage image, CrashPoint point)
    {
        _files.Restore(image.Medium.Window(0, (int)image.LengthBytes));
        using (PersistentRegion region = PersistentRegion.Open<SetRoot>(_files.SetPath))
        {
            CheckContent(region.Core, point);
            using scoped PersistentTransaction tx = region.BeginTransaction();
            _ = tx.New<SetNode>();
            tx.Commit();
        }

        Assert.Empty(PoolSetSync.Plan(PoolSetFile.Load(_files.SetPath), RegionSet.Signature).Defects);
        FilesOpened++;
    }

    private void CheckContent<TMedium>(RegionCore<TMedium> region, CrashPoint point)
        where TMedium : struct, IPmemMedium
    {
        int done = Math.Clamp(point.AcknowledgedOperations - 1, 0, s_operations.Length);
        int begun = Math.Clamp(point.StartedOperations - 1, 0, s_operations.Length);
        RegionState found = RegionState.Observe(region);
        RegionState[] allowed = _expected[done..(begun + 1)];
        Assert.True(allowed.Contains(found), $"found {found}, expected one of {string.Join<RegionState>(" or ", allowed)}");
    }

    private static SliceMedium<TMedium> Replica<TMedium>(TMedium medium, int index)
        where TMedium : struct, IPmemMedium =>
        new(medium, (long)index * RegionSetFiles.PoolBytes, RegionSetFiles.PoolBytes);

    private static SliceMedium<TMedium> RegionOf<TMedium>(TMedium medium, int index)
        where TMedium : struct, IPmemMedium =>
        new(medium, ((long)index * RegionSetFiles.PoolBytes) + HeaderBytes, RegionSetFiles.PoolBytes - HeaderBytes);

    private static RegionCore<TMedium> Open<TMedium>(TMedium medium, Action? beforeStores = null)
        where TMedium : struct, IPmemMedium => RegionCore<TMedium>.Open(medium, RegionImages.Name, s_types, beforeStores);
}
