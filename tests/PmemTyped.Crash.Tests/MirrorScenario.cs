using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// An open, operations and a close on a pool of two replicas, the first of two parts. Each replica alone is a sound pool that
/// holds every acknowledged operation, and the interrupted one entirely or not at all; so is the pool opened from the set,
/// whose replicas are equal then.
/// </summary>
internal sealed class MirrorScenario(MirroredFiles files) : ICrashScenario
{
    // Opening the files copies both replicas, which takes longer than all else; the rest is done in memory.
    private const int StatesPerFile = 24;

    // Of a crash point with more states, the first and every so-manieth are looked at, unless a nightly run asks for all.
    private const int StatesPerPoint = 48;
    private const int Stride = 32;

    // Operation 0 opens the pool, the last one closes it.
    private static readonly BlockOperation[] s_operations =
    [
        BlockOperation.Write(3, 1),
        BlockOperation.Write(9, 0),
        BlockOperation.Zero(7),
        BlockOperation.Write(3, 2),
    ];

    private static readonly int[] s_watched = [3, 7, 9];

    private delegate BlockState Reader(long block, Span<byte> content);

    /// <summary>Gets the number of crash states that were opened from files.</summary>
    internal int FilesOpened { get; private set; }

    /// <summary>Gets the number of crash states that were looked at.</summary>
    internal int Checked { get; private set; }

    public ReadOnlySpan<byte> Initial => files.Replicas;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        SliceMedium<TMedium> master = Replica(medium, 0);
        var mirror = new PoolSetMirror<SliceMedium<TMedium>>(() => master, [Replica(medium, 1)]);
        log.Begin();
        BlockPoolCore<ObservedMedium<SliceMedium<TMedium>>> pool =
            Open(new ObservedMedium<SliceMedium<TMedium>>(master, mirror));
        log.Acknowledge();
        foreach (BlockOperation operation in s_operations)
        {
            log.Begin();
            operation.Apply(pool);
            log.Acknowledge();
        }

        log.Begin();
        pool.Close(() => { });
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
            CheckPool(Replica(image.Medium, replica), point);
            image.UndoVisitorStores();
        }

        if (Checked % StatesPerFile == 0)
        {
            CheckFiles(image, point);
        }
    }

    private void CheckPool(SliceMedium<ImageMedium> medium, CrashPoint point)
    {
        BlockPoolCore<SliceMedium<ImageMedium>> pool = Open(medium);
        CheckContent(pool.Table.Read, point);
        pool.Table.Write(11, PoolImages.Content(11, 5));
        CheckContent(pool.Table.Read, point);
        Assert.Empty(BlockPoolChecker<SliceMedium<ImageMedium>>.Check(
            medium, files.SetPath, files.Identity, isSet: true).Findings);
    }

    private void CheckFiles(CrashImage image, CrashPoint point)
    {
        files.Restore(image.Medium.Window(0, (int)image.LengthBytes));
        using (BlockPool pool = BlockPool.Open(files.SetPath))
        {
            CheckContent(pool.TryRead, point);
            pool.Write(11, PoolImages.Content(11, 6));
        }

        Assert.Empty(PoolSetSync.Plan(PoolSetFile.Load(files.SetPath), BlockPool.Signature).Defects);
        FilesOpened++;
    }

    private static void CheckContent(Reader read, CrashPoint point)
    {
        int done = Math.Clamp(point.AcknowledgedOperations - 1, 0, s_operations.Length);
        int begun = Math.Clamp(point.StartedOperations - 1, 0, s_operations.Length);
        Assert.True(
            Enumerable.Range(done, begun - done + 1).Any(count => s_watched.All(block => Holds(read, block, count))),
            FormattableString.Invariant($"the blocks are not those after {done} to {begun} operations"));
    }

    private static bool Holds(Reader read, long block, int count)
    {
        BlockOperation before = block == 9 ? default : BlockOperation.Write(block, 0);
        BlockOperation last = s_operations.Take(count).LastOrDefault(o => o.Block == block, before);
        byte[] content = new byte[PoolImages.BlockBytes];
        BlockState state = read(block, content);
        return last.Result == BlockState.Normal
            ? state == BlockState.Normal && content.AsSpan().SequenceEqual(PoolImages.Content(block, last.Generation))
            : state == last.Result && !content.AsSpan().ContainsAnyExcept((byte)0);
    }

    private static SliceMedium<TMedium> Replica<TMedium>(TMedium medium, int index)
        where TMedium : struct, IPmemMedium =>
        new(medium, (long)index * MirroredFiles.PoolBytes, MirroredFiles.PoolBytes);

    private BlockPoolCore<TMedium> Open<TMedium>(TMedium medium)
        where TMedium : struct, IPmemMedium =>
        BlockPoolCore<TMedium>.Open(
            medium, files.SetPath, PoolImages.BlockBytes, files.Identity, lanes: 1, FlogEntryOrder.ByDrain, isSet: true);
}
