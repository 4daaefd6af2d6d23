using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Records;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// A pool of a first version is upgraded to a third one: opened, a record written, all migrated. Every image must open in the
/// third program and hold every record, migrate to the end and be of the third version alone then. A program of the first or
/// second version may open only what it reads entirely.
/// </summary>
internal sealed class MigrationScenario : ICrashScenario
{
    private const int Rewritten = 5;
    private const int Color = 100;

    public ReadOnlySpan<byte> Initial => RecordImages.OfFirst;

    /// <summary>Gets a value indicating whether a second program begins the upgrade and the third one takes over.</summary>
    internal bool InTwoSteps { get; init; }

    private int RewriteStep => InTwoSteps ? 2 : 1;

    private int LastStep => RewriteStep + 1;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        if (InTwoSteps)
        {
            log.Begin();
            RecordStore<SecondNote, CoreBlocks<TMedium>> second = RecordImages.Open<SecondNote, TMedium>(medium, LayoutUpgrade.OnRead);
            second.Write(0, new SecondNote { Id = 0, Length = 0 });
            log.Acknowledge();
        }

        log.Begin();
        RecordStore<ThirdNote, CoreBlocks<TMedium>> store = RecordImages.Open<ThirdNote, TMedium>(medium, LayoutUpgrade.OnRead);
        log.Acknowledge();
        log.Begin();
        store.Write(Rewritten, New);
        log.Acknowledge();
        log.Begin();
        Assert.True(store.MigrateAll(null, default).IsComplete);
        log.Acknowledge();
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        bool isSettled = CheckOlderPrograms(image.Medium);
        Assert.True(isSettled || point.AcknowledgedOperations <= LastStep, "an acknowledged migration is not complete");
        if (point.AcknowledgedOperations > LastStep)
        {
            _ = RecordImages.Open<ThirdNote, ImageMedium>(image.Medium, LayoutUpgrade.Never);
        }

        RecordStore<ThirdNote, CoreBlocks<ImageMedium>> store = RecordImages.Open<ThirdNote, ImageMedium>(image.Medium, LayoutUpgrade.OnRead);
        CheckRecords(store, point);
        Assert.True(store.MigrateAll(null, default).IsComplete);
        CheckRecords(RecordImages.Open<ThirdNote, ImageMedium>(image.Medium, LayoutUpgrade.Never), point);
        Assert.Throws<LayoutMismatchException>(() => RecordImages.Open<FirstNote, ImageMedium>(image.Medium, LayoutUpgrade.OnRead));
    }

    private static ThirdNote New => new() { Id = Rewritten, Bytes = -1, Color = Color };

    // Whatever program opens the pool without asking for an upgrade reads every record of it.
    private static bool CheckOlderPrograms(ImageMedium medium)
    {
        CheckWhole<FirstNote>(medium);
        CheckWhole<SecondNote>(medium);
        return CheckWhole<ThirdNote>(medium);
    }

    private static bool CheckWhole<T>(ImageMedium medium)
        where T : unmanaged, IBlockRecord<T>
    {
        try
        {
            RecordStore<T, CoreBlocks<ImageMedium>> store = RecordImages.Open<T, ImageMedium>(medium, LayoutUpgrade.Never);
            Assert.All(RecordImages.Written, i => Assert.Equal(BlockRecordStatus.Ok, store.TryRead(i, out _)));
            return true;
        }
        catch (LayoutMismatchException)
        {
            return false;
        }
    }

    private void CheckRecords(RecordStore<ThirdNote, CoreBlocks<ImageMedium>> store, CrashPoint point)
    {
        foreach (int index in RecordImages.Written)
        {
            Assert.Equal(BlockRecordStatus.Ok, store.TryRead(index, out ThirdNote note));
            bool isNew = index == Rewritten && note.Equals(New);
            bool isOld = note.Equals(new ThirdNote { Id = index, Bytes = index * 3, Color = 9 });
            bool mayBeNew = index == Rewritten && point.StartedOperations > RewriteStep;
            bool mayBeOld = index != Rewritten || point.AcknowledgedOperations <= RewriteStep;
            Assert.True((isNew && mayBeNew) || (isOld && mayBeOld), FormattableString.Invariant($"record {index} is neither old nor new"));
        }
    }
}
