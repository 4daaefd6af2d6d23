using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// A pool with room behind its layout grows, and its last new block is written. Every crash leaves the old number of blocks
/// or the new one, and what was written before.
/// </summary>
internal class GrowthScenario : ICrashScenario
{
    protected const int Grown = 1;
    private const int AddedBytes = 256 << 10;
    private static readonly byte[] s_small = [.. PoolImages.Written, .. new byte[AddedBytes]];
    private static readonly long s_blocks = BttGeometry.Plan(PoolImages.Written.Length, PoolImages.BlockBytes)!.Sum(a => a.Lbas);
    private static readonly long s_more = BttGeometry.Plan(s_small.Length, PoolImages.BlockBytes)!.Sum(a => a.Lbas);

    public virtual ReadOnlySpan<byte> Initial => s_small;

    /// <summary>A pool that was killed when its mark was durable and nothing else had changed.</summary>
    internal static byte[] Marked { get; } = MakeMarked();

    public virtual void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium);
        log.Begin();
        Grow(pool, medium);
        log.Acknowledge();
        log.Begin();
        pool.Table.Write(s_more - 1, PoolImages.Content(s_more - 1, 0));
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        PartHeaderLayout stored = BlockPoolCore<ImageMedium>.LoadHeader(image.Medium);
        _ = PoolMark.Without(in stored, PoolFeatures.Growing, out bool isMarked);
        Assert.False(isMarked && point.AcknowledgedOperations >= Grown, "still marked");
        BlockPoolCore<ImageMedium> pool = PoolImages.Open(image.Medium);
        PartHeaderLayout opened = BlockPoolCore<ImageMedium>.LoadHeader(image.Medium);
        Assert.Null(PartHeader.Examine(in opened, BlockPoolCore<ImageMedium>.Signature));
        bool isGrown = pool.Table.Blocks == s_more;
        Assert.True(isGrown || pool.Table.Blocks == s_blocks, FormattableString.Invariant($"{pool.Table.Blocks} blocks"));
        Assert.True(isGrown || point.AcknowledgedOperations < Grown, "not grown");
        AssertKept(pool);
        if (!isGrown)
        {
            Grow(pool, image.Medium);
            AssertKept(pool);
        }

        AssertAdded(pool, point);
        if (point.AcknowledgedOperations >= Grown)
        {
            Assert.Empty(BlockPoolChecker<ImageMedium>.Check(image.Medium, PoolImages.Name, PoolImages.Identity).Findings);
        }
    }

    private static void Grow<TMedium>(BlockPoolCore<TMedium> pool, TMedium medium)
        where TMedium : struct, IPmemMedium =>
        pool.Grow(medium, pool.Table.PlanGrowth(medium.LengthBytes)!, PoolImages.Identity, () => { });

    private static void AssertKept(BlockPoolCore<ImageMedium> pool)
    {
        byte[] found = new byte[PoolImages.BlockBytes];
        foreach (int block in (int[])[3, 7])
        {
            Assert.Equal(BlockState.Normal, pool.Table.Read(block, found));
            Assert.Equal(PoolImages.Content(block, 0), found);
        }

        Assert.Equal(BlockState.Initial, pool.Table.GetState(4));
        Assert.Equal(BlockState.Initial, pool.Table.GetState(s_blocks - 1));
    }

    private static void AssertAdded(BlockPoolCore<ImageMedium> pool, CrashPoint point)
    {
        byte[] found = new byte[PoolImages.BlockBytes];
        Assert.Equal(BlockState.Zero, pool.Table.GetState(s_blocks));
        BlockState last = pool.Table.Read(s_more - 1, found);
        Assert.True(last == BlockState.Zero ? point.AcknowledgedOperations <= Grown : last == BlockState.Normal);
        foreach (long block in (long[])[s_blocks, s_more - 2])
        {
            pool.Table.Write(block, PoolImages.Content(block, 1));
            pool.Table.Read(block, found);
            Assert.Equal(PoolImages.Content(block, 1), found);
        }

        AssertKept(pool);
    }

    private static byte[] MakeMarked()
    {
        var log = new StoreLog(s_small);
        BlockPoolCore<RecordingMedium> pool = PoolImages.Open(log.Medium);
        Grow(pool, log.Medium);
        byte[] image = log.Medium.Window(0, s_small.Length).ToArray();
        PartHeaderLayout header = BlockPoolCore<RecordingMedium>.LoadHeader(log.Medium);
        header = PoolMark.With(in header, PoolFeatures.Growing);
        Blittable.AsBytes(in header).CopyTo(image);
        s_small.AsSpan((int)BttGeometry.FirstArena, BttInfoLayout.SizeBytes).CopyTo(image.AsSpan((int)BttGeometry.FirstArena));
        return image;
    }
}

/// <summary>The next open finishes an interrupted growth, and may be interrupted itself.</summary>
internal sealed class GrowthFinishScenario : GrowthScenario
{
    public override ReadOnlySpan<byte> Initial => Marked;

    public override void Run<TMedium>(TMedium medium, StoreLog log)
    {
        log.Begin();
        _ = PoolImages.Open(medium);
        log.Acknowledge();
    }
}
