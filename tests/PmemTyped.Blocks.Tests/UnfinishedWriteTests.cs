using System.Diagnostics.Metrics;
using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// Writes that end between their steps though no flush of the pool itself failed: a mirror could not take a range, or who
/// listens threw. The free block of such a write may be a block in use, now or after the next open.
/// </summary>
public sealed class UnfinishedWriteTests
{
    private const long First = 3;
    private const long Second = 7;

    public static TheoryData<StoreGranularity, string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<StoreGranularity, string, bool, bool>();
            foreach ((bool isGroup, bool isOnce) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                cases.Add(StoreGranularity.CacheLine, nameof(FlogEntryOrder.ByLine), isGroup, isOnce);
                cases.Add(StoreGranularity.CacheLine, nameof(FlogEntryOrder.ByDrain), isGroup, isOnce);
                cases.Add(StoreGranularity.Page, nameof(FlogEntryOrder.ByDrain), isGroup, isOnce);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_write_that_ends_between_its_steps_costs_no_other_block(
        StoreGranularity granularity, string order, bool isGroup, bool isOnce)
    {
        bool hasFailed = true;
        int persisted = 0;
        var laters = new List<Type?>();
        for (; hasFailed; persisted++)
        {
            RecordedPool made = RecordedPool.Create(granularity, Enum.Parse<FlogEntryOrder>(order));
            made.WriteMany(1, First, Second);
            var observer = new FailingObserver();
            BlockPoolCore<ObservedMedium<RecordingMedium>> pool = BlockPoolCore<ObservedMedium<RecordingMedium>>.Open(
                new ObservedMedium<RecordingMedium>(made.Log.Medium, observer),
                "recorded pool",
                RecordedPool.BlockBytes,
                new ShutdownIdentity(0, 0),
                lanes: 1,
                Enum.Parse<FlogEntryOrder>(order));

            observer.FailAfter(persisted, isOnce);
            hasFailed = Record.Exception(() => Write(pool, isGroup, First, 11)) is not null;
            Exception? later = Record.Exception(() => Write(pool, isGroup, Second, 12));

            AssertOldOrNew(made.Log, persisted);
            laters.Add(hasFailed ? later?.GetType() : typeof(PmemFaultedException));
        }

        Assert.True(persisted > 3, $"only {persisted} ranges were persisted");
        Assert.All(laters, later => Assert.Equal(typeof(PmemFaultedException), later));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_listener_of_metrics_that_throws_costs_no_block(bool isGroup)
    {
        RecordedPool pool = RecordedPool.Create();
        pool.WriteMany(1, First, Second);
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == BlockMetrics.MeterName)
                {
                    own.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("listener"));
            listener.Start();
            Assert.Throws<InvalidOperationException>(() => Write(pool.Core, isGroup, First, 11));
        }

        Write(pool.Core, isGroup, Second, 12);
        Assert.Equal(RecordedPool.Content(11), pool.Read(First, out _));
        Assert.Equal(RecordedPool.Content(12), pool.Read(Second, out _));
        AssertOldOrNew(pool.Log, persisted: 0);
    }

    private static void Write<TMedium>(BlockPoolCore<TMedium> pool, bool isGroup, long block, byte content)
        where TMedium : struct, IPmemMedium
    {
        if (isGroup)
        {
            pool.Table.WriteMany([block], new ContiguousContents(RecordedPool.Content(content), RecordedPool.BlockBytes));
        }
        else
        {
            pool.Table.Write(block, RecordedPool.Content(content));
        }
    }

    // What is in memory is a state that a crash may leave.
    private static void AssertOldOrNew(StoreLog log, int persisted)
    {
        var again = new StoreLog(log.Medium.Window(0, (int)log.Medium.LengthBytes));
        BlockPoolCore<RecordingMedium> pool = BlockPoolCore<RecordingMedium>.Open(
            again.Medium, "again", RecordedPool.BlockBytes, new ShutdownIdentity(0, 0));
        foreach ((long block, byte before, byte after) in ((long, byte, byte)[])[(First, 1, 11), (Second, 2, 12)])
        {
            byte[] content = new byte[RecordedPool.BlockBytes];
            _ = pool.Table.Read(block, content);
            Assert.True(
                content.AsSpan().IndexOfAnyExcept(before) < 0 || content.AsSpan().IndexOfAnyExcept(after) < 0,
                $"after {persisted} ranges, block {block} holds {content[0]}..{content[^1]}");
        }

        Assert.Empty(
            BlockPoolChecker<RecordingMedium>.Check(again.Medium, "again", new ShutdownIdentity(0, 0)).Findings);
    }

    private sealed class FailingObserver : IPersistObserver
    {
        private int _left = int.MaxValue;
        private bool _isOnce;

        public void OnPersisted(in PersistEvent persisted)
        {
            if (_left-- <= 0)
            {
                _left = _isOnce ? int.MaxValue : 0;
                throw new IOException("the mirror is gone");
            }
        }

        internal void FailAfter(int persisted, bool isOnce) => (_left, _isOnce) = (persisted, isOnce);
    }
}
