namespace PmemTyped.Mapping.Tests;

/// <summary>
/// What the process-wide instruments count. The tests of this assembly run one after another, so they may count exactly.
/// </summary>
public sealed class MappingMetricsTests : IDisposable
{
    private readonly MappedFile _file = new(4 * MappedFile.PageBytes);

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(0, 64, 1)]
    [InlineData(0, 65, 2)]
    [InlineData(63, 1, 1)]
    [InlineData(63, 2, 2)]
    [InlineData(64, 0, 0)]
    [InlineData(4090, 4096, 65)]
    public void Lines_are_counted_from_where_a_range_starts_to_where_it_ends(long offset, int lengthBytes, long lines)
    {
        using PmemMap map = _file.Map(lines: true);
        MapMedium medium = map.DangerousGetMedium();
        using var measured = new Measurements();
        Action[] flushes =
        [
            () => medium.Flush(offset, lengthBytes, default),
            () => medium.Persist(offset, lengthBytes, default),
            () => medium.StoreFlushed(offset, new byte[lengthBytes], default),
            () => medium.ClearFlushed(offset, lengthBytes, default),
        ];
        foreach (Action flush in flushes)
        {
            measured.Reset();
            flush();
            Assert.Equal((lengthBytes, lines), (measured["flush.io"], measured["flush.lines"]));
            Assert.Equal(0, measured.Count("sync.calls") + measured.Count("sync.pages") + measured.Count("sync.duration"));
        }
    }

    [Theory]
    [InlineData(0, 4096, 1)]
    [InlineData(0, 4097, 2)]
    [InlineData(4095, 1, 1)]
    [InlineData(4095, 2, 2)]
    [InlineData(4095, 4098, 3)]
    public void Pages_are_counted_from_where_a_range_starts_to_where_it_ends(long offset, int lengthBytes, long pages)
    {
        using PmemMap map = _file.Map();
        MapMedium medium = map.DangerousGetMedium();
        using var measured = new Measurements();
        Action[] flushes =
        [
            () => medium.Flush(offset, lengthBytes, default),
            () => medium.Persist(offset, lengthBytes, default),
            () => medium.StoreFlushed(offset, new byte[lengthBytes], default),
            () => medium.ClearFlushed(offset, lengthBytes, default),
        ];
        foreach (Action flush in flushes)
        {
            measured.Reset();
            flush();
            Assert.Equal((lengthBytes, 1, pages), (measured["flush.io"], measured["sync.calls"], measured["sync.pages"]));
            Assert.Equal((1, true), (measured.Count("sync.duration"), measured.Seconds("sync.duration") > 0));
            Assert.Equal(0, measured.Count("flush.lines") + measured.Count("drain.calls") + measured.Count("drain.duration"));
        }
    }

    [Fact]
    public void A_sync_of_nothing_and_a_sync_that_failed_are_not_counted()
    {
        PmemMap map = _file.Map();
        using var measured = new Measurements();
        map.DangerousGetMedium().Flush(1, 0, default);
        MappedFile.Fault(map);
        Assert.Throws<PmemFaultedException>(() => map.DangerousGetMedium().Flush(0, 1, default));
        Assert.Equal(0, measured.Count("sync.calls") + measured.Count("flush.io") + measured.Count("sync.duration"));
        map.Dispose();
    }

    [Fact]
    public void Drains_are_counted_and_timed()
    {
        using PmemMap map = _file.Map(lines: true);
        MapMedium medium = map.DangerousGetMedium();
        using var measured = new Measurements();
        medium.Drain(default);
        medium.Persist(0, 1, default);
        MappingMetrics.DeepDrain();
        Assert.Equal((2, 1), (measured["drain.calls"], measured["deep_drain.calls"]));
        Assert.Equal((2, true), (measured.Count("drain.duration"), measured.Seconds("drain.duration") is > 0 and < 60));
    }

    [Theory]
    [InlineData("flush.io")]
    [InlineData("flush.lines")]
    [InlineData("sync.duration")]
    [InlineData("drain.calls")]
    [InlineData("drain.duration")]
    public void Only_the_instrument_that_is_listened_to_measures(string only)
    {
        using PmemMap lines = _file.Map(lines: true);
        using PmemMap pages = _file.Map();
        using var measured = new Measurements(only);
        lines.DangerousGetMedium().Persist(0, 1, default);
        pages.DangerousGetMedium().Persist(0, 1, default);
        Assert.Equal(only == "flush.io" ? 2 : 1, measured.Count(only));
        Assert.Equal(measured.Count(only), measured.Units.Keys.Sum(measured.Count));
    }

    [Fact]
    public void Several_listeners_measure_the_same_and_each_until_it_ends()
    {
        using PmemMap map = _file.Map(lines: true);
        MapMedium medium = map.DangerousGetMedium();
        using var first = new Measurements();
        var second = new Measurements();
        medium.Persist(0, 100, default);
        second.Dispose();
        medium.Persist(0, 100, default);
        Assert.Equal((200, 4, 2), (first["flush.io"], first["flush.lines"], first["drain.calls"]));
        Assert.Equal((100, 2, 1), (second["flush.io"], second["flush.lines"], second["drain.calls"]));
    }

    [Fact]
    public void Instruments_have_units()
    {
        using var measured = new Measurements();
        Assert.Equal(
            [
                ("deep_drain.calls", "{call}"), ("drain.calls", "{call}"), ("drain.duration", "s"), ("flush.io", "By"),
                ("flush.lines", "{line}"), ("sync.calls", "{call}"), ("sync.duration", "s"), ("sync.pages", "{page}"),
            ],
            measured.Units.OrderBy(u => u.Key, StringComparer.Ordinal).Select(u => (u.Key, u.Value!)));
    }
}
