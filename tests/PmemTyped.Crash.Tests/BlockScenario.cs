using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Operations on an open pool. Every image must open, hold every acknowledged operation, hold the interrupted one
/// entirely or not at all, pass a check, give the same after a second open and after a crash during recovery, and take
/// further writes.
/// </summary>
internal sealed class BlockScenario(
    byte[] initial, IReadOnlyDictionary<long, BlockOperation> before, params BlockOperation[] operations)
    : ICrashScenario
{
    // A crash during recovery is tried for the first states of every crash point; each copies the whole image.
    private const int MaxNestedPerPoint = 4;

    private static readonly int[] s_watched = [3, 7, 9, 11];

    /// <summary>Gets what orders the halves of a flog entry; by drain unless said otherwise.</summary>
    internal FlogEntryOrder Order { get; init; } = FlogEntryOrder.ByDrain;

    public ReadOnlySpan<byte> Initial => initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium, Order);
        foreach (BlockOperation operation in operations)
        {
            log.Begin();
            operation.Apply(pool);
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
        CheckContent(image.Medium, point);
        CheckConsistent(image.Medium, point);
        CheckFurtherWrites(image.Medium);
    }

    private void CheckContent<TMedium>(TMedium medium, CrashPoint point)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium);
        int interrupted = point.StartedOperations - point.AcknowledgedOperations;
        bool matches = Enumerable.Range(point.AcknowledgedOperations, interrupted + 1).Any(count => Matches(pool, count));
        Assert.True(matches, "the blocks are neither before nor after the interrupted operation");
    }

    private void CheckConsistent<TMedium>(TMedium medium, CrashPoint point)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolReport report = BlockPoolChecker<TMedium>.Check(medium, PoolImages.Name, PoolImages.Identity);

        // The copy of the info block may be missing as long as the first write has not returned.
        bool hasLayout = point.AcknowledgedOperations > 0 || before.Count > 0;
        Assert.DoesNotContain(
            report.Findings,
            f => hasLayout || !f.Structure.Contains("copy", StringComparison.Ordinal));
    }

    private static void CheckFurtherWrites<TMedium>(TMedium medium)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium);
        for (int generation = 100; generation < 103; generation++)
        {
            pool.Table.Write(11, PoolImages.Content(11, generation));
        }

        Assert.DoesNotContain(
            BlockPoolChecker<TMedium>.Check(medium, PoolImages.Name, PoolImages.Identity).Findings,
            f => !f.Structure.Contains("copy", StringComparison.Ordinal));
    }

    // Opening stores the shutdown state and, where a write was interrupted, one map entry: only then is there a
    // recovery to crash in.
    private void CheckCrashDuringRecovery(CrashImage image, CrashPoint point)
    {
        const int StoresOfPlainOpen = 1;
        _ = PoolImages.Open(image.Medium);
        bool recovers = image.StoreCount > StoresOfPlainOpen;
        image.UndoVisitorStores();
        if (!recovers)
        {
            return;
        }

        StoreLog recovery = image.ToLog();
        _ = PoolImages.Open(recovery.Medium);
        recovery.Acknowledge();
        new CrashStateEnumerator(recovery, PersistModel.AtomSubset, CrashRun.Seed)
            .Visit((again, _) => CheckContent(again.Medium, point));
    }

    private bool Matches<TMedium>(BlockPoolCore<TMedium> pool, int count)
        where TMedium : struct, IPmemMedium
    {
        byte[] content = new byte[PoolImages.BlockBytes];
        foreach (int block in s_watched)
        {
            BlockOperation[] done = [.. operations.Take(count).Where(o => o.Block == block)];
            BlockOperation last = done.Length > 0 ? done[^1] : before.GetValueOrDefault(block);
            BlockState state = pool.Table.Read(block, content);
            bool isExpected = last.Result switch
            {
                BlockState.Normal => state == BlockState.Normal
                    && content.AsSpan().SequenceEqual(PoolImages.Content(block, last.Generation)),
                BlockState.Error => state == BlockState.Error,
                _ => state is BlockState.Initial or BlockState.Zero && !content.AsSpan().ContainsAnyExcept((byte)0),
            };
            if (!isExpected)
            {
                return false;
            }
        }

        return true;
    }
}
