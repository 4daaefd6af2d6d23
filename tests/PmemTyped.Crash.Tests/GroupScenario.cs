using PmemTyped.Blocks;
using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Groups of writes on an open pool, each group of another generation. Every image must open, hold every acknowledged
/// group, hold every block of the interrupted one old or new, whatever the others are, no block beyond the first 64
/// before all of these, pass a check, give the same after a crash during recovery, and take further groups.
/// </summary>
internal sealed class GroupScenario(byte[] initial, params int[][] groups) : ICrashScenario
{
    // A crash during recovery is tried for the first states of every crash point; each copies the whole image.
    private const int MaxNestedPerPoint = 4;

    private readonly int[] _watched = [.. groups.SelectMany(g => g).Distinct()];

    /// <summary>Gets what orders the halves of a flog entry; by drain unless said otherwise.</summary>
    internal FlogEntryOrder Order { get; init; } = FlogEntryOrder.ByDrain;

    public ReadOnlySpan<byte> Initial => initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium, Order);
        for (int group = 0; group < groups.Length; group++)
        {
            log.Begin();
            Write(pool, groups[group], group + 1);
            log.Acknowledge();
        }
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        StoreLog? recovery = point.State < MaxNestedPerPoint ? image.ToLog() : null;
        if (recovery is not null)
        {
            _ = PoolImages.Open(recovery.Medium);
            recovery.Acknowledge();
            new CrashStateEnumerator(recovery, PersistModel.AtomSubset, CrashRun.Seed, samples: 4)
                .Visit((again, _) => CheckContent(again.Medium, point));
        }

        CheckContent(image.Medium, point);
        CheckConsistent(image.Medium, point);
        BlockPoolCore<ImageMedium> pool = PoolImages.Open(image.Medium);
        Write(pool, [11, 3, 9], 100);
        Write(pool, [9, 11, 3], 101);
        Write(pool, [3, 9, 11], 102);
        CheckConsistent(image.Medium, point);
    }

    private static void Write<TMedium>(BlockPoolCore<TMedium> pool, int[] blocks, int generation)
        where TMedium : struct, IPmemMedium
    {
        // The number of a write inside its group makes two writes of one block differ.
        byte[][] contents = [.. blocks.Select((block, number) => PoolImages.Content(block, Generation(generation, number)))];
        pool.Table.WriteMany(
            [.. blocks.Select(b => (long)b)],
            new ContiguousContents([.. contents.SelectMany(c => c)], PoolImages.BlockBytes));
    }

    private static int Generation(int group, int number) => (group * 100) + number;

    // The copy of the info block may be missing as long as the first write has not returned.
    private void CheckConsistent(ImageMedium medium, CrashPoint point) => Assert.DoesNotContain(
        BlockPoolChecker<ImageMedium>.Check(medium, PoolImages.Name, PoolImages.Identity).Findings,
        f => point.AcknowledgedOperations > 0
            || ReferenceEquals(initial, PoolImages.Written)
            || !f.Structure.Contains("copy", StringComparison.Ordinal));

    private void CheckContent<TMedium>(TMedium medium, CrashPoint point)
        where TMedium : struct, IPmemMedium
    {
        BlockPoolCore<TMedium> pool = PoolImages.Open(medium);
        bool isInterrupted = point.StartedOperations > point.AcknowledgedOperations;
        int[] interrupted = isInterrupted ? groups[point.AcknowledgedOperations] : [];
        bool isFirstPartNew = true;
        bool isLaterPartNew = false;
        foreach (int block in _watched)
        {
            byte[]? before = Before(block, point.AcknowledgedOperations);
            int last = Array.LastIndexOf(interrupted, block);
            byte[]? after = last < 0 ? before : PoolImages.Content(block, Generation(point.AcknowledgedOperations + 1, last));
            byte[]? found = Read(pool, block);
            bool isNew = Same(found, after);
            Assert.True(isNew || Same(found, before), $"block {block} is neither old nor new");
            isFirstPartNew &= isNew || last < 0 || last >= WriteGroup.MaxSlots;
            isLaterPartNew |= isNew && last >= WriteGroup.MaxSlots;
        }

        Assert.True(isFirstPartNew || !isLaterPartNew, "a later group is there before an earlier one");
    }

    private byte[]? Before(int block, int acknowledged)
    {
        for (int group = acknowledged - 1; group >= 0; group--)
        {
            int number = Array.LastIndexOf(groups[group], block);
            if (number >= 0)
            {
                return PoolImages.Content(block, Generation(group + 1, number));
            }
        }

        return ReferenceEquals(initial, PoolImages.Written) && block is (3 or 7) ? PoolImages.Content(block, 0) : null;
    }

    private static byte[]? Read<TMedium>(BlockPoolCore<TMedium> pool, int block)
        where TMedium : struct, IPmemMedium
    {
        byte[] content = new byte[PoolImages.BlockBytes];
        return pool.Table.Read(block, content) == BlockState.Normal ? content : null;
    }

    private static bool Same(byte[]? found, byte[]? expected) =>
        found is null || expected is null ? ReferenceEquals(found, expected) : found.AsSpan().SequenceEqual(expected);
}
