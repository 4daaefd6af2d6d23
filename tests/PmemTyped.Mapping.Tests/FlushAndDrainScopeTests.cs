namespace PmemTyped.Mapping.Tests;

/// <summary>Scopes that flush a range, drain and unmap at their end.</summary>
public sealed class FlushAndDrainScopeTests : IDisposable
{
    private const int LengthBytes = 4 * MappedFile.PageBytes;
    private readonly MappedFile _file = new(LengthBytes);

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flush_scope_flushes_its_range_by_the_granularity(bool lines)
    {
        using PmemMap map = _file.Map(lines);
        using var measured = new Measurements();
        using (scoped FlushScope scope = map.BeginFlush(100, 5000))
        {
            Assert.Equal((100, 5000), (scope.Offset, scope.LengthBytes));
            scope.Window(100, 5000).Fill(7);
            scope.Window(4000, 2)[1] = 8;
            Assert.Equal(0, measured["flush.io"]);
        }

        // Bytes 100 to 5099: lines 1 to 79, pages 0 and 1.
        Assert.Equal(5000, measured["flush.io"]);
        Assert.Equal(lines ? (79, 0, 0) : (0, 1, 2), (measured["flush.lines"], measured["sync.calls"], measured["sync.pages"]));
        Assert.Equal(0, measured["drain.calls"]);
        Assert.Equal((0, 7, 8, 7, 0), (_file.Content[99], _file.Content[100], _file.Content[4001], _file.Content[5099], _file.Content[5100]));
    }

    [Fact]
    public void Several_flushes_inside_one_drain_scope_are_drained_once()
    {
        using PmemMap map = _file.Map(lines: true);
        using var measured = new Measurements();
        using (map.BeginDrain())
        {
            using (scoped FlushScope head = map.BeginFlush(0, 64))
            {
                head.Window(0, 64).Fill(1);
            }

            using (scoped FlushScope body = map.BeginFlush(4096, 128))
            {
                body.Window(4096, 128).Fill(2);
            }

            Assert.Equal((3, 0), (measured["flush.lines"], measured["drain.calls"]));
        }

        Assert.Equal((3, 1), (measured["flush.lines"], measured["drain.calls"]));
    }

    [Theory]
    [InlineData(99, 1)]
    [InlineData(100, 101)]
    [InlineData(200, 1)]
    [InlineData(201, 0)]
    [InlineData(150, -1)]
    [InlineData(-1, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MinValue, 1)]
    public void A_window_outside_the_range_of_the_scope_is_refused(long offset, int lengthBytes)
    {
        using PmemMap map = _file.Map();
        using scoped FlushScope scope = map.BeginFlush(100, 100);
        Exception? refusal = null;
        try
        {
            _ = scope.Window(offset, lengthBytes);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            refusal = exception;
        }

        Assert.Contains("100 bytes at offset 0x64", refusal?.Message, StringComparison.Ordinal);
        Assert.True(scope.Window(200, 0).IsEmpty);
    }

    [Theory]
    [InlineData(0, LengthBytes + 1)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(LengthBytes, 1)]
    public void A_range_outside_the_map_is_refused(long offset, long lengthBytes)
    {
        PmemMap map = _file.Map();
        Assert.Throws<ArgumentOutOfRangeException>(() => { using FlushScope scope = map.BeginFlush(offset, lengthBytes); });
        map.Dispose();
        Assert.False(_file.IsMapped);
    }

    [Fact]
    public void A_read_only_map_has_drain_scopes_only()
    {
        using PmemMap map = _file.Map(writable: false);
        Assert.Throws<InvalidOperationException>(() => { using FlushScope scope = map.BeginFlush(0, 1); });
        map.BeginDrain().Dispose();
    }

    [Fact]
    public void A_scope_keeps_the_memory_of_a_disposed_map_until_it_ends()
    {
        PmemMap map = _file.Map();
        FlushScope scope = map.BeginFlush(0, 10);
        DrainScope drain = map.BeginDrain();
        map.Dispose();
        scope.Window(0, 1)[0] = 9;
        scope.Dispose();
        scope.Dispose();
        Assert.True(_file.IsMapped);
        drain.Dispose();
        drain.Dispose();
        Assert.False(_file.IsMapped);
        Assert.Equal(9, _file.Content[0]);
        Assert.Throws<ObjectDisposedException>(() => { using FlushScope late = map.BeginFlush(0, 1); });
        Assert.Throws<ObjectDisposedException>(() => { using DrainScope late = map.BeginDrain(); });
    }

    [Fact]
    public void A_window_of_a_scope_that_has_ended_is_refused()
    {
        using PmemMap map = _file.Map();
        FlushScope scope = map.BeginFlush(0, 10);
        scope.Dispose();
        bool isRefused = false;
        try
        {
            _ = scope.Window(0, 1);
        }
        catch (ObjectDisposedException)
        {
            isRefused = true;
        }

        Assert.True(isRefused);
    }

    [Fact]
    public void A_scope_unmaps_at_its_end_when_asked_but_not_before_leases_end()
    {
        PmemMap map = _file.Map();
        using (map.BeginFlush(0, 1, unmap: true))
        {
            Assert.True(_file.IsMapped);
        }

        Assert.False(_file.IsMapped);

        map = _file.Map();
        scoped PmemMapLease lease = map.Lease();
        map.BeginDrain(unmap: true).Dispose();
        Assert.Equal(0, lease.Window(0, 1)[0]);
        Assert.True(_file.IsMapped);
        lease.Dispose();
        Assert.False(_file.IsMapped);
    }

    [Fact]
    public void An_exception_stops_neither_flush_nor_drain_nor_unmapping()
    {
        PmemMap map = _file.Map(lines: true);
        using var measured = new Measurements();
        Assert.Throws<TimeoutException>((Action)(() =>
        {
            using DrainScope drain = map.BeginDrain(unmap: true);
            using FlushScope flush = map.BeginFlush(0, 64);
            throw new TimeoutException();
        }));
        Assert.Equal((1, 1), (measured["flush.lines"], measured["drain.calls"]));
        Assert.False(_file.IsMapped);
    }

    [Fact]
    public void The_scopes_of_a_faulted_map_throw_at_their_end_and_still_unmap()
    {
        PmemMap map = _file.Map();
        FlushScope flush = map.BeginFlush(0, 1);
        DrainScope drain = map.BeginDrain(unmap: true);
        MappedFile.Fault(map);
        int refusals = 0;
        try
        {
            flush.Dispose();
        }
        catch (PmemFaultedException)
        {
            refusals++;
        }

        try
        {
            drain.Dispose();
        }
        catch (PmemFaultedException)
        {
            refusals++;
        }

        Assert.Equal(2, refusals);
        Assert.False(_file.IsMapped);
        Assert.Throws<PmemFaultedException>(() => { using FlushScope late = map.BeginFlush(0, 1); });
        Assert.Throws<PmemFaultedException>(() => { using DrainScope late = map.BeginDrain(); });
    }
}
