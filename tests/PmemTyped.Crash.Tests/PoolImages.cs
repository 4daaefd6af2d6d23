using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Crash.Tests;

/// <summary>Pools of the smallest size that crash scenarios begin with.</summary>
internal static class PoolImages
{
    internal const int BlockBytes = 512;
    internal const string Name = "crash image";

    internal static ShutdownIdentity Identity => new(0, 0);

    /// <summary>A pool that was never written.</summary>
    internal static byte[] Unwritten { get; } = Make(_ => { });

    /// <summary>A pool with blocks 3 and 7 written through one lane.</summary>
    internal static byte[] Written { get; } = Make(pool =>
    {
        pool.Table.Write(3, Content(3, 0));
        pool.Table.Write(7, Content(7, 0));
    });

    /// <summary>As Written, then killed while block 3 was rewritten, after the flog and before the map.</summary>
    internal static byte[] Interrupted { get; } = MakeInterrupted();

    internal static BlockPoolCore<TMedium> Open<TMedium>(TMedium medium, FlogEntryOrder order = FlogEntryOrder.ByDrain)
        where TMedium : struct, IPmemMedium =>
        BlockPoolCore<TMedium>.Open(medium, Name, BlockBytes, Identity, lanes: 1, order);

    /// <summary>Bytes that name block and generation in every atom, so that no mixture looks right.</summary>
    internal static byte[] Content(long block, int generation)
    {
        byte[] content = new byte[BlockBytes];
        for (int i = 0; i < content.Length; i += sizeof(ulong))
        {
            BitConverter.TryWriteBytes(content.AsSpan(i), ((ulong)block << 40) | ((ulong)(generation + 1) << 16) | (uint)i);
        }

        return content;
    }

    private static byte[] Make(Action<BlockPoolCore<RecordingMedium>> fill)
    {
        var log = new StoreLog(new byte[BlockPool.MinPoolBytes]);
        BlockPoolCore<RecordingMedium>.Create(log.Medium, new BlockPoolFormat(BlockBytes, true, 1, default));
        BlockPoolCore<RecordingMedium> pool = Open(log.Medium);
        fill(pool);
        pool.Close(() => { });
        return MemoryOf(log);
    }

    private static byte[] MakeInterrupted()
    {
        var log = new StoreLog(Written);
        BlockPoolCore<RecordingMedium> pool = Open(log.Medium);
        ArenaGeometry arena = BttGeometry.Plan(BlockPool.MinPoolBytes, BlockBytes)![0];
        uint before = log.Medium.Load32(arena.MapEntryOffset(3));
        pool.Table.Write(3, Content(3, 1));
        log.Medium.Store32(arena.MapEntryOffset(3), before);
        Assert.Equal(BlockState.Normal, new BttMapEntry(before).State);
        return MemoryOf(log);
    }

    private static byte[] MemoryOf(StoreLog log) => log.Medium.Window(0, (int)log.Medium.LengthBytes).ToArray();
}
