using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Maps next to each other as one map; gaps of reservations; files that begin empty and grow.</summary>
public sealed class JoinedMapTests : IDisposable
{
    private const long PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly ReservedFile _file = new();
    private readonly VmReservation _reservation = VmReservation.Create(8 * PageBytes);

    public void Dispose()
    {
        _reservation.Dispose();
        _file.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_joined_map_stores_over_borders_and_keeps_the_memory_of_its_pieces()
    {
        PmemMap first = _file.Map(_reservation, 0, PageBytes);
        PmemMap second = _file.Map(_reservation, PageBytes, PageBytes);
        using (PmemMap both = PmemMap.Join([first, second]))
        {
            Assert.Equal((first.Address, 2 * PageBytes, first.Granularity), (both.Address, both.LengthBytes, both.Granularity));
            first.Dispose();
            second.Dispose();
            using scoped PmemMapLease lease = both.Lease();
            lease.Copy(PageBytes - 2, [1, 2, 3, 4]);
            lease.DeepPersist(0, 2 * PageBytes);
            Assert.Equal([1, 2, 3, 4], lease.Window(PageBytes - 2, 4).ToArray());
            Assert.False(_reservation.IsFree(0, PageBytes));
        }

        Assert.True(_reservation.IsFree(0, 8 * PageBytes));
    }

    [Fact]
    public void Maps_with_a_gap_or_of_another_protection_cannot_be_joined()
    {
        using PmemMap first = _file.Map(_reservation, 0, PageBytes);
        using PmemMap third = _file.Map(_reservation, 2 * PageBytes, PageBytes);
        Assert.Throws<ArgumentException>(() => PmemMap.Join([]));
        Assert.Throws<ArgumentException>(() => PmemMap.Join([first, third]));
        Assert.Throws<ArgumentException>(() => PmemMap.Join([third, first]));
        PmemMap gone = _file.Map(_reservation, PageBytes, PageBytes);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => PmemMap.Join([first, gone]));
    }

    [Theory]
    [InlineData("PAGE")]
    [InlineData("CACHE_LINE")]
    [InlineData("BYTE")]
    public void A_listener_hears_what_leases_cursors_scopes_and_slices_make_durable(string granularity)
    {
        var heard = new HeardRanges();
        using PmemSource source = PmemSource.Open(
            _file.Path, platform: new PmemPlatform(name => name == "PMEM2_FORCE_GRANULARITY" ? granularity : null));
        using PmemMap piece = PmemMap.Map(source);
        using PmemMap map = PmemMap.Join([piece], heard);
        Assert.Equal(piece.Granularity, map.DangerousGetMedium().Granularity);
        using (scoped PmemMapLease lease = map.Lease())
        {
            lease.Copy(0, [1], StoreOptions.NoFlush);
            Assert.Empty(heard.Take());
            lease.Copy(8, [1, 2], StoreOptions.NoDrain);
            Assert.Equal([(8, 2)], heard.Take());
            lease.Fill(64, 4, 7);
            Assert.Equal([(64, 4), HeardRanges.Drain], heard.Take());
            lease.Move(128, 64, 4);
            Assert.Equal([(128, 4), HeardRanges.Drain], heard.Take());
            lease.Persist(100, 8);
            Assert.Equal([(100, 8), HeardRanges.Drain], heard.Take());
            lease.Flush(0, 8);
            lease.Drain();
            Assert.Equal([(0, 8), HeardRanges.Drain], heard.Take());
        }

        using PmemMap slice = map.Slice(PageBytes, PageBytes);
        using scoped PmemMapLease ofSlice = slice.Lease();
        ofSlice.Copy(64, [1]);
        Assert.Equal([(PageBytes + 64, 1), HeardRanges.Drain], heard.Take());
    }

    [Fact]
    public void A_gap_is_the_lowest_that_is_long_enough()
    {
        Assert.Equal(0, _reservation.FindGap(8 * PageBytes));
        Assert.Null(_reservation.FindGap(9 * PageBytes));
        using PmemMap low = _file.Map(_reservation, PageBytes, PageBytes);
        using PmemMap high = _file.Map(_reservation, 4 * PageBytes, PageBytes);
        Assert.Equal(
            [0L, 2 * PageBytes, 5 * PageBytes, null],
            new[] { 1, 2, 3, 4 }.Select(pages => _reservation.FindGap(pages * PageBytes)));
        Assert.Equal((true, false), (_reservation.IsFree(2 * PageBytes, 2 * PageBytes), _reservation.IsFree(0, 2 * PageBytes)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _reservation.FindGap(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _reservation.IsFree(0, 9 * PageBytes));
    }

    [Fact]
    public void A_file_begins_empty_and_grows()
    {
        string path = _directory.File("file");
        using PmemSource source = PmemSource.OpenOrCreateEmpty(path);
        Assert.Equal(0, source.GetLengthBytes());
        source.Grow(3 * PageBytes);
        source.Grow(3 * PageBytes);
        Assert.Equal(3 * PageBytes, source.GetLengthBytes());
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Grow(PageBytes));
        Assert.Throws<PmemIOException>(() => source.Grow(long.MaxValue));
        Assert.Equal(3 * PageBytes, source.GetLengthBytes());
        source.DangerousCut(PageBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.DangerousCut(2 * PageBytes));
        using PmemSource again = PmemSource.OpenOrCreateEmpty(path);
        Assert.Equal(PageBytes, again.GetLengthBytes());
        using PmemSource temporary = PmemSource.CreateTemporaryEmpty(_directory.Path);
        temporary.Grow(PageBytes);
        Assert.Equal(PageBytes, temporary.GetLengthBytes());
        Assert.Throws<PmemIOException>(() => PmemSource.OpenOrCreateEmpty(_directory.Path));
        using PmemSource memory = PmemSource.Anonymous(PageBytes);
        Assert.Throws<NotSupportedException>(() => memory.Grow(2 * PageBytes));
    }

    private sealed class HeardRanges : IPersistListener
    {
        private readonly List<(long Offset, long LengthBytes)> _heard = [];

        internal static (long Offset, long LengthBytes) Drain => (-1, 0);

        public void Flushed(long offset, long lengthBytes) => _heard.Add((offset, lengthBytes));

        public void Drained() => _heard.Add(Drain);

        internal (long Offset, long LengthBytes)[] Take()
        {
            (long, long)[] heard = [.. _heard];
            _heard.Clear();
            return heard;
        }
    }
}
