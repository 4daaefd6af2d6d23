using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Transactions on an open region. Every image must open and hold every acknowledged transaction and the interrupted one
/// entirely or not at all; exactly what is reached is taken; a second open, also one behind a crash during recovery, finds
/// the same; and further transactions work.
/// </summary>
internal sealed class RegionScenario(byte[] initial, params RegionOperation[] operations) : ICrashScenario
{
    // A crash during recovery is tried for the first states of every crash point; each copies the whole image.
    private const int MaxNestedPerPoint = 4;

    private readonly RegionState[] _expected = Expect(initial, operations);

    public ReadOnlySpan<byte> Initial => initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        RegionCore<TMedium> region = RegionImages.Open(medium);
        foreach (RegionOperation operation in operations)
        {
            log.Begin();
            operation.Apply(region);
            log.Acknowledge();
        }
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        if (point.State < MaxNestedPerPoint)
        {
            CheckCrashDuringRecovery(image, point);
        }

        CheckContent(image.Medium, point);
        int stores = image.StoreCount;
        RegionCore<ImageMedium> region = CheckContent(image.Medium, point);
        Assert.Equal(stores, image.StoreCount);
        CheckFurther(region);
    }

    private RegionCore<TMedium> CheckContent<TMedium>(TMedium medium, CrashPoint point)
        where TMedium : struct, IPmemMedium
    {
        RegionCore<TMedium> region = RegionImages.Open(medium);
        RegionState found = RegionState.Observe(region);
        RegionState[] allowed = _expected[point.AcknowledgedOperations..(point.StartedOperations + 1)];
        Assert.True(allowed.Contains(found), $"found {found}, expected one of {string.Join<RegionState>(" or ", allowed)}");
        return region;
    }

    // The same lane, the same slots, a chunk for another type.
    private static void CheckFurther(RegionCore<ImageMedium> region)
    {
        foreach (RegionOperation operation in (RegionOperation[])
            [
                RegionOperation.Push(70), RegionOperation.PushBlob(71), RegionOperation.Pop, RegionOperation.PopBlob,
            ])
        {
            RegionState before = RegionState.Observe(region);
            operation.Apply(region);
            Assert.NotEqual(before, RegionState.Observe(region));
        }

        Assert.Equal(RegionState.Observe(region), RegionState.Observe(RegionImages.Open(region.Medium)));
    }

    private void CheckCrashDuringRecovery(CrashImage image, CrashPoint point)
    {
        _ = RegionImages.Open(image.Medium);
        bool recovers = image.StoreCount > 0;
        image.UndoVisitorStores();
        if (!recovers)
        {
            return;
        }

        StoreLog recovery = image.ToLog();
        _ = RegionImages.Open(recovery.Medium);
        recovery.Acknowledge();
        new CrashStateEnumerator(recovery, PersistModel.AtomSubset, CrashRun.Seed, samples: 8)
            .Visit((again, _) => CheckContent(again.Medium, point));
    }

    private static RegionState[] Expect(byte[] initial, RegionOperation[] operations)
    {
        RegionCore<RecordingMedium> region = RegionImages.Open(new StoreLog(initial).Medium);
        var states = new List<RegionState> { RegionState.Observe(region) };
        foreach (RegionOperation operation in operations)
        {
            operation.Apply(region);
            states.Add(RegionState.Observe(region));
        }

        return [.. states];
    }
}

/// <summary>Making a region: none, a torn one that is refused, or a sound one; after the acknowledgement a sound one.</summary>
internal sealed class RegionCreateScenario : ICrashScenario
{
    private static readonly byte[] s_initial = RegionImages.Blank;

    public ReadOnlySpan<byte> Initial => s_initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        log.Begin();
        RegionHeader<TMedium>.Create(medium, RegionImages.Name, RegionImages.Geometry, RegionImages.Types);
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        RegionCore<ImageMedium> region;
        try
        {
            region = RegionImages.Open(image.Medium);
        }
        catch (PmemFormatException) when (point.AcknowledgedOperations == 0)
        {
            Assert.Equal(0, image.StoreCount);
            return;
        }
        catch (PmemCorruptionException damage) when (point.AcknowledgedOperations == 0 && damage.Structure == "region header")
        {
            Assert.Equal(0, image.StoreCount);
            return;
        }

        Assert.Equal(new RegionState(0, 0, "", "", 0, 0), RegionState.Observe(region));
        RegionOperation.Push(1).Apply(region);
        Assert.Equal("1", RegionState.Observe(RegionImages.Open(image.Medium)).Nodes);
    }
}

/// <summary>A type that comes later: the region knows it or not, and one that is known can be used.</summary>
internal sealed class LateTypeScenario : ICrashScenario
{
    public ReadOnlySpan<byte> Initial => RegionImages.Empty;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        RegionCore<TMedium> region = RegionImages.Open(medium);
        log.Begin();
        int type = region.TypeOf(RegionImages.Late);
        log.Acknowledge();
        log.Begin();
        var lane = region.Lanes.Acquire();
        _ = lane.Begin();
        long made = lane.New(type);
        medium.Store64(made, 42);
        lane.Log(region.RootOffset, 0);
        lane.PersistLog();
        medium.Store64(region.RootOffset + RegionState.ArrayField, (ulong)made);
        lane.Commit();
        region.Lanes.Release(lane);
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        const int Both = 2;
        RegionCore<ImageMedium> region = RegionImages.Open(image.Medium);
        int known = region.Types.Find(RegionImages.Late.Name);
        Assert.True(known >= 0 || point.AcknowledgedOperations == 0);
        long made = (long)image.Medium.Load64(region.RootOffset + RegionState.ArrayField);
        Assert.True(made != 0 || point.AcknowledgedOperations < Both);
        if (made != 0)
        {
            _ = region.Chunks.Require(made, known);
            Assert.Equal(42UL, image.Medium.Load64(made));
        }
    }
}

/// <summary>
/// Two transactions at a time whose objects lie in one line and whose slots in one word of a bitmap. The second to commit is
/// there or not whatever became of the first.
/// </summary>
internal sealed class TwoLanesScenario : ICrashScenario
{
    public ReadOnlySpan<byte> Initial => RegionImages.Filled;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        RegionCore<TMedium> region = RegionImages.Open(medium);
        var first = new Objects.Transactions.TransactionLane<TMedium>(region, 0);
        var second = new Objects.Transactions.TransactionLane<TMedium>(region, 1);
        _ = first.Begin();
        _ = second.Begin();
        log.Begin();
        (long node, long other) = Nodes(region);
        first.Log(node, RegionState.NodeType);
        long made = first.New(RegionState.NodeType);
        medium.Store64(made, 7);
        second.Log(other, RegionState.NodeType);
        second.PersistLog();
        first.PersistLog();
        medium.Store64(node, 100);
        medium.Store64(other, 200);
        second.Commit();
        log.Acknowledge();
        log.Begin();
        first.Commit();
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        const int Both = 2;
        RegionCore<ImageMedium> region = RegionImages.Open(image.Medium);
        (long node, long other) = Nodes(region);
        ulong first = image.Medium.Load64(node);
        ulong second = image.Medium.Load64(other);
        bool isTaken = region.Chunks.Find(node)!.IsTaken(3);
        Assert.True((first, isTaken) is (3, false) or (100, true), $"the first is torn: {first}, {isTaken}");
        Assert.True(second == 200 || (second == 2 && point.AcknowledgedOperations == 0));
        Assert.True(first == 100 || point.AcknowledgedOperations < Both);
        Assert.True(first == 3 || point.StartedOperations == Both);
    }

    private static (long Node, long Other) Nodes<TMedium>(RegionCore<TMedium> region)
        where TMedium : struct, IPmemMedium
    {
        long node = (long)region.Medium.Load64(region.RootOffset + RegionState.HeadField);
        return (node, (long)region.Medium.Load64(node + RegionState.NextField));
    }
}
