using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Making a pool in a file that is full of something else behind its first page. Before it is acknowledged the file is
/// no pool, or a sound one; afterwards it is a sound one.
/// </summary>
internal sealed class CreateScenario : ICrashScenario
{
    private static readonly byte[] s_initial = Filled();
    private static readonly byte[] s_application = [.. Enumerable.Range(1, 600).Select(i => (byte)(i | 1))];

    public ReadOnlySpan<byte> Initial => s_initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        log.Begin();
        BlockPoolCore<TMedium>.Create(medium, new BlockPoolFormat(PoolImages.BlockBytes, false, 1, s_application));
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        BlockPoolCore<ImageMedium>? pool = TryOpen(image, point);
        if (pool is null)
        {
            return;
        }

        byte[] area = new byte[s_application.Length];
        pool.ReadApplicationArea(area);
        Assert.Equal(s_application, area);
        byte[] content = new byte[PoolImages.BlockBytes];
        Assert.Equal(BlockState.Initial, pool.Table.Read(3, content));
        pool.Table.Write(3, PoolImages.Content(3, 0));
        pool.Table.Read(3, content);
        Assert.Equal(PoolImages.Content(3, 0), content);
        Assert.Empty(BlockPoolChecker<ImageMedium>.Check(image.Medium, PoolImages.Name, PoolImages.Identity).Findings);
    }

    // An interrupted creation leaves a file that says that it is no sound pool.
    private static BlockPoolCore<ImageMedium>? TryOpen(CrashImage image, CrashPoint point)
    {
        PartHeaderLayout header = BlockPoolCore<ImageMedium>.LoadHeader(image.Medium);
        bool isNoPool = PartHeader.Examine(in header, BlockPoolCore<ImageMedium>.Signature) is not null;
        return isNoPool && point.AcknowledgedOperations == 0 ? null : PoolImages.Open(image.Medium);
    }

    // 0xA5 everywhere: a block size, map entries and signatures that make no sense.
    private static byte[] Filled()
    {
        byte[] initial = new byte[BlockPool.MinPoolBytes];
        initial.AsSpan(PartHeaderLayout.SizeBytes).Fill(0xA5);
        return initial;
    }
}

/// <summary>An open, a write and a close: the shutdown state tells the truth at every moment.</summary>
internal sealed class ShutdownScenario : ICrashScenario
{
    private static readonly ArenaGeometry s_arena = BttGeometry.Plan(BlockPool.MinPoolBytes, PoolImages.BlockBytes)![0];

    public ReadOnlySpan<byte> Initial => PoolImages.Written;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        log.Begin();
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium);
        pool.Table.SetZero(3);
        log.Acknowledge();
        log.Begin();
        pool.Close(() => { });
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        const int Opened = 1;
        const int Closed = 2;
        PartHeaderLayout header = BlockPoolCore<ImageMedium>.LoadHeader(image.Medium);
        bool isWhole = header.ShutdownState.Checksum
            == ShutdownState.Make(new ShutdownIdentity(0, 0), header.ShutdownState.Dirty != 0).Checksum;
        bool wasStoredTo = new BttMapEntry(image.Medium.Load32(s_arena.MapEntryOffset(3))).State == BlockState.Zero;
        bool isOpen = point.StartedOperations == Opened && wasStoredTo;
        Assert.False(isOpen && isWhole && header.ShutdownState.Dirty == 0, "stored to while it looked closed");
        Assert.False(
            point.AcknowledgedOperations == Closed && !(isWhole && header.ShutdownState.Dirty == 0), "closed but not clean");
        _ = PoolImages.Open(image.Medium);
    }
}

/// <summary>Filling the application area: it counts as absent, or is complete.</summary>
internal sealed class ApplicationAreaScenario : ICrashScenario
{
    private static readonly byte[] s_area = [.. Enumerable.Range(1, 200).Select(i => (byte)i)];

    public ReadOnlySpan<byte> Initial => PoolImages.Written;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium);
        log.Begin();
        pool.InitializeApplicationArea(s_area);
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        byte[] found = new byte[s_area.Length];
        BlockPoolCore<ImageMedium> pool = PoolImages.Open(image.Medium);
        pool.ReadApplicationArea(found);
        bool isAbsent = BitConverter.ToUInt64(found) == 0 && point.AcknowledgedOperations == 0;
        if (!isAbsent)
        {
            Assert.Equal(s_area, found);
        }
        else
        {
            pool.InitializeApplicationArea(s_area);
        }
    }
}
