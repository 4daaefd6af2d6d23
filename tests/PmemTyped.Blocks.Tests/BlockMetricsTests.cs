using System.Diagnostics.Metrics;
using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>What the process-wide instruments count. The tests of this assembly run one after another.</summary>
public sealed class BlockMetricsTests : IDisposable
{
    private readonly Dictionary<string, long> _sums = [];
    private readonly MeterListener _listener = new();

    public BlockMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BlockMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
    }

    public void Dispose() => _listener.Dispose();

    // 8 lines of content, the line of the flog entry, the line of the map entry; by drain the flog line goes twice.
    [Theory]
    [InlineData(StoreGranularity.CacheLine, nameof(FlogEntryOrder.ByLine), 10 * 64)]
    [InlineData(StoreGranularity.CacheLine, nameof(FlogEntryOrder.ByDrain), 11 * 64)]
    [InlineData(StoreGranularity.Page, nameof(FlogEntryOrder.ByDrain), 4 * 4096)]
    public void A_write_is_three_waves_and_the_lines_or_pages_it_touches(
        StoreGranularity granularity, string order, long flushed)
    {
        RecordedPool pool = RecordedPool.Create(granularity, Enum.Parse<FlogEntryOrder>(order));
        pool.Table.Write(0, RecordedPool.Content(1));
        _listener.Start();
        pool.Table.Write(1, RecordedPool.Content(2));
        Assert.Equal((1, 512, flushed, 3, 1), Sums());
    }

    // Neighbouring blocks of a group lie wherever their slots had room; flog entries lie next to each other, map entries
    // of 16 blocks share a line, and lines and pages are counted once.
    [Fact]
    public void A_group_counts_its_waves_once_and_each_line_once()
    {
        RecordedPool pool = RecordedPool.Create(StoreGranularity.CacheLine, FlogEntryOrder.ByLine);
        pool.WriteMany(1, 0, 1, 2, 3);
        _listener.Start();
        pool.WriteMany(5, 0, 1, 2, 3);
        Assert.Equal((4, 4 * 512, ((4 * 8) + 4 + 1) * 64, 3, 4), Sums());
    }

    [Fact]
    public void Of_equal_blocks_in_a_group_one_is_counted()
    {
        RecordedPool pool = RecordedPool.Create(StoreGranularity.CacheLine, FlogEntryOrder.ByLine);
        pool.WriteMany(1, 0, 1);
        _listener.Start();
        pool.WriteMany(5, 0, 0, 0);
        Assert.Equal((1, 512, (8 + 1 + 1) * 64, 3, 1), Sums());
    }

    [Fact]
    public void An_operation_that_finds_no_lane_free_is_counted()
    {
        var lanes = new LanePool(1);
        _listener.Start();
        int lane = lanes.Enter();
        using var began = new ManualResetEventSlim();
        var waiting = new Thread(() =>
        {
            began.Set();
            lanes.Exit(lanes.Enter());
        });
        waiting.Start();
        began.Wait();
        Assert.True(SpinWait.SpinUntil(() => Sum("lane.waits") > 0, TimeSpan.FromSeconds(30)));
        lanes.Exit(lane);
        waiting.Join();
        Assert.Equal(1, Sum("lane.waits"));
    }

    [Fact]
    public void Being_counted_allocates_nothing()
    {
        using var directory = TempDirectory.CreateInMemory();
        using BlockPool pool = BlockPool.Create(directory.File("pool"), 512, BlockPool.MinPoolBytes);
        long[] blocks = [0, 1];
        byte[] contents = new byte[1024];
        _listener.Start();
        for (int i = 0; i < 200; i++)
        {
            pool.Write(0, SoundPool.Content(0));
            pool.WriteMany(blocks, contents);
        }

        byte[] content = SoundPool.Content(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            pool.Write(0, content);
            pool.WriteMany(blocks, contents);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private (long Blocks, long Bytes, long Flushed, long Waves, long Batch) Sums() =>
        (Sum("write.blocks"), Sum("write.io"), Sum("flush.io"), Sum("waves"), Sum("batch.size"));

    private long Sum(string name)
    {
        lock (_sums)
        {
            return _sums.GetValueOrDefault("pmemtyped.blocks." + name);
        }
    }

    private void Add(Instrument instrument, long value)
    {
        lock (_sums)
        {
            _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
        }
    }
}
