using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Repair;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// A repair that is certain, interrupted: repeating it is certain again, makes the pool sound, and no block changes.
/// </summary>
internal sealed class RepairScenario : ICrashScenario
{
    private static readonly ArenaGeometry s_arena = BttGeometry.Plan(BlockPool.MinPoolBytes, PoolImages.BlockBytes)![0];
    private static readonly byte[] s_initial = Damaged();

    public ReadOnlySpan<byte> Initial => s_initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium => RepairRun.Of(medium, log, s_initial, isAdvanced: false);

    public void Check(CrashImage image, CrashPoint point)
    {
        if (point.AcknowledgedOperations > 0)
        {
            Assert.Empty(BlockPoolChecker<ImageMedium>.Check(image.Medium, PoolImages.Name, PoolImages.Identity).Findings);
        }

        BlockPoolRepair again = RepairPlanner<ImageMedium>.Plan(image.Medium, PoolImages.Name, isAdvanced: false, PoolImages.Identity);
        Assert.True(again.After.IsConsistent, string.Join('\n', again.After.Findings));
        BlockPoolCore<ImageMedium> pool = PoolImages.Open(image.Medium);
        byte[] content = new byte[PoolImages.BlockBytes];
        foreach (int block in (int[])[3, 7])
        {
            Assert.Equal(BlockState.Normal, pool.Table.Read(block, content));
            Assert.Equal(PoolImages.Content(block, 0), content);
        }
    }

    // The info block lost a field. The slot that was written last names an impossible free block; its other half is that
    // of the write before, whose free block is in use by now.
    private static byte[] Damaged()
    {
        byte[] image = [.. PoolImages.Written];
        image[s_arena.Start + 61] ^= 0xFF;
        int current = FlogSlot.Load(new StoreLog(image).Medium, s_arena, 0).CurrentHalf;
        image.AsSpan((int)s_arena.FlogEntryOffset(0, current) + 4, 4).Fill(0xFF);
        return image;
    }
}

/// <summary>
/// A guess, interrupted: two blocks name the same internal block, so neither may be handed out again as if nothing had
/// happened.
/// </summary>
internal sealed class AdvancedRepairScenario : ICrashScenario
{
    private static readonly ArenaGeometry s_arena = BttGeometry.Plan(BlockPool.MinPoolBytes, PoolImages.BlockBytes)![0];
    private static readonly byte[] s_initial = Damaged();

    public ReadOnlySpan<byte> Initial => s_initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium => RepairRun.Of(medium, log, s_initial, isAdvanced: true);

    public void Check(CrashImage image, CrashPoint point)
    {
        if (point.AcknowledgedOperations > 0)
        {
            Assert.Empty(BlockPoolChecker<ImageMedium>.Check(image.Medium, PoolImages.Name, PoolImages.Identity).Findings);
        }

        BlockPoolRepair again = RepairPlanner<ImageMedium>.Plan(image.Medium, PoolImages.Name, isAdvanced: true, PoolImages.Identity);
        Assert.True(again.After.IsConsistent, string.Join('\n', again.After.Findings));
        BlockPoolCore<ImageMedium> pool = PoolImages.Open(image.Medium);
        Assert.Equal((BlockState.Error, BlockState.Error), (pool.Table.GetState(3), pool.Table.GetState(7)));
    }

    private static byte[] Damaged()
    {
        byte[] image = [.. PoolImages.Written];
        image.AsSpan((int)s_arena.MapEntryOffset(3), 4).CopyTo(image.AsSpan((int)s_arena.MapEntryOffset(7)));
        return image;
    }
}

/// <summary>Other features, there and back: at any moment the pool has the old or the new ones, if need be after a repair.</summary>
internal sealed class FeatureScenario : ICrashScenario
{
    private static readonly PoolFeatures[] s_steps = [PoolFeatures.Default, PoolFeatures.None, PoolFeatures.Default];

    public ReadOnlySpan<byte> Initial => PoolImages.Written;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        foreach (PoolFeatures features in s_steps[1..])
        {
            log.Begin();
            Assert.True(BlockPoolFeatures.Set(medium, features, checksBadBlocks: features != PoolFeatures.None));
            log.Acknowledge();
        }
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        BlockPoolRepair repair = RepairPlanner<ImageMedium>.Plan(image.Medium, PoolImages.Name, isAdvanced: false, PoolImages.Identity);
        Assert.True(repair.After.IsConsistent, string.Join('\n', repair.After.Findings));
        PoolFeatures found = (PoolFeatures)BlockPoolCore<ImageMedium>.LoadHeader(image.Medium).Incompat;
        Assert.Contains(found, s_steps[point.AcknowledgedOperations..(point.StartedOperations + 1)]);
        Assert.True(point.AcknowledgedOperations < point.StartedOperations || repair.Changes.Count == 0, "acknowledged too early");
        _ = PoolImages.Open(image.Medium);
    }
}

/// <summary>Plans a repair on a copy and carries it out on the medium.</summary>
internal static class RepairRun
{
    internal static void Of<TMedium>(TMedium medium, StoreLog log, byte[] image, bool isAdvanced)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolRepair plan = RepairPlanner<RecordingMedium>.Plan(new StoreLog(image).Medium, PoolImages.Name, isAdvanced, PoolImages.Identity);
        log.Begin();
        RepairWriter<TMedium>.Apply(medium, plan.Changes);
        log.Acknowledge();
    }
}
