using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Records;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Writes and deletions of packed records, one at a time and many: after a crash each operation on a block is there or is
/// not, and the other records of the block are what they were.
/// </summary>
internal sealed class PackedScenario : ICrashScenario
{
    private const int Watched = 30;

    // Index and generation of what each operation leaves; 0 means deleted.
    private static readonly (int Index, int Generation)[][] s_operations =
    [
        [(1, 1)],
        [(2, 2)],
        [(0, 0)],
        [(1, 4), (3, 4), (13, 4), (14, 4)],
        [(13, 0)],
        [(14, 0)],
    ];

    public ReadOnlySpan<byte> Initial => RecordImages.Packed;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        RecordStore<SmallNote, CoreBlocks<TMedium>> store = RecordImages.Open<SmallNote, TMedium>(medium, LayoutUpgrade.Never);
        foreach ((int Index, int Generation)[] operation in s_operations)
        {
            log.Begin();
            if (operation is [(int deleted, 0)])
            {
                store.Delete(deleted);
            }
            else if (operation is [(int index, int generation)])
            {
                store.Write(index, new SmallNote { Id = index, Generation = generation });
            }
            else
            {
                store.WriteMany(
                    [.. operation.Select(o => (long)o.Index)],
                    [.. operation.Select(o => new SmallNote { Id = o.Index, Generation = o.Generation })]);
            }

            log.Acknowledge();
        }
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        RecordStore<SmallNote, CoreBlocks<ImageMedium>> store = RecordImages.Open<SmallNote, ImageMedium>(image.Medium, LayoutUpgrade.Never);
        int blocks = (int)(Watched / RecordsPerBlock(store));
        for (int block = 0; block <= blocks; block++)
        {
            int interrupted = point.StartedOperations - point.AcknowledgedOperations;
            bool matches = Enumerable.Range(point.AcknowledgedOperations, interrupted + 1).Any(done => Matches(store, block, done));
            Assert.True(matches, FormattableString.Invariant($"block {block} is neither before nor after the interrupted operation"));
        }
    }

    private static long RecordsPerBlock(RecordStore<SmallNote, CoreBlocks<ImageMedium>> store) => store.Capacity / RecordImages.Blocks;

    private static bool Matches(RecordStore<SmallNote, CoreBlocks<ImageMedium>> store, int block, int done)
    {
        long first = block * RecordsPerBlock(store);
        for (long index = first; index < first + RecordsPerBlock(store); index++)
        {
            int? expected = s_operations.Take(done).SelectMany(o => o).Where(o => o.Index == index).Select(o => (int?)o.Generation).LastOrDefault()
                ?? (RecordImages.Written.Contains((int)index) ? -1 : 0);
            BlockRecordStatus status = store.TryRead(index, out SmallNote note);
            bool isExpected = expected == 0
                ? status is BlockRecordStatus.Empty or BlockRecordStatus.Zeroed
                : status == BlockRecordStatus.Ok && note.Id == index && note.Generation == Math.Max(expected.Value, 0);
            if (!isExpected)
            {
                return false;
            }
        }

        return true;
    }
}
