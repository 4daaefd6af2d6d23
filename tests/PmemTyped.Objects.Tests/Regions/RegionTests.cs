using PmemTyped.Mapping;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Regions as a user meets them: root, references, arrays, reopening, refusals.</summary>
public sealed class RegionTests : IDisposable
{
    private readonly RegionFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_list_is_found_again_after_reopening()
    {
        using (PersistentRegion region = _file.Create())
        {
            _ = RegionFile.Push(region, 1);
            _ = RegionFile.Push(region, 2);
            _ = RegionFile.Push(region, 3);
            Assert.Equal(2 + 1, RegionFile.Pop(region));
        }

        using PersistentRegion again = _file.Open();
        Assert.Equal("2 1", RegionFile.List(again));
        Assert.Equal(2, again.Read(again.Root<Book>()).Count);
    }

    [Fact]
    public void References_mean_the_same_at_another_address()
    {
        PPtr<Entry> kept;
        using (PersistentRegion region = _file.Create())
        {
            kept = RegionFile.Push(region, 7);
        }

        using PmemSource other = PmemSource.Anonymous(1 << 20);
        using PersistentRegion first = _file.Open();
        long address = first.Map.Address;
        first.Dispose();
        using PmemMap inBetween = PmemMap.Map(other); // takes the place, or moves it by being there
        using PersistentRegion second = _file.Open();
        Assert.Equal(7, second.Read(kept).Number);
        Assert.Equal("7", RegionFile.List(second));
        Assert.NotEqual(0, address);
    }

    [Fact]
    public void A_region_lives_in_any_map()
    {
        using PmemSource memory = PmemSource.Anonymous(RegionFile.Bytes);
        using PmemMap map = PmemMap.Map(memory);
        using (PersistentRegion region = PersistentRegion.Create<Book>(map, leaveMapOpen: true))
        {
            _ = RegionFile.Push(region, 5);
        }

        PersistentRegion disposed = PersistentRegion.Open<Book>(map, leaveMapOpen: true);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Lease().Dispose());
        Assert.Throws<ObjectDisposedException>(() => disposed.BeginTransaction().Dispose());
        using PersistentRegion again = PersistentRegion.Open<Book>(map, leaveMapOpen: true);
        Assert.Equal("5", RegionFile.List(again));
        Assert.Throws<PmemFormatException>(() => PersistentRegion.Create<Book>(map, leaveMapOpen: true));
    }

    [Fact]
    public void The_root_is_asked_for_by_its_type()
    {
        using PersistentRegion region = _file.Create();
        Assert.False(region.Root<Book>().IsNull);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => region.Root<Counter>());
        Assert.Contains("test.book", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_array_of_a_type_is_made_once_and_found_again()
    {
        using (PersistentRegion region = _file.Create())
        {
            PersistentArray<Counter> made = region.Array<Counter>(1000);
            Assert.Equal(made, region.Array<Counter>(1000));
            Assert.Throws<ArgumentException>(() => region.Array<Counter>(999));
            using scoped PersistentTransaction tx = region.BeginTransaction();
            tx.Store(made[0], new Counter { Number = 1 });
            tx.Store(made[999], new Counter { Number = 2 });
            tx.Commit();
        }

        using PersistentRegion again = _file.Open();
        PersistentArray<Counter> found = again.Array<Counter>(1000);
        Assert.Equal((1, 0, 2), (again.Read(found[0]).Number, again.Read(found[500]).Number, again.Read(found[999]).Number));
        Assert.Throws<ArgumentOutOfRangeException>(() => found[1000]);
        Assert.Throws<ArgumentOutOfRangeException>(() => found[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => again.Array<Counter>(0));
    }

    [Fact]
    public void An_array_can_hang_on_an_object_and_be_freed()
    {
        using PersistentRegion region = _file.Create();
        long free = region.FreeBytes;
        PersistentArray<Entry> table;
        using (scoped PersistentTransaction tx = region.BeginTransaction())
        {
            table = tx.NewArray<Entry>(10_000);
            Persistent<Book> book = tx.Update(region.Root<Book>());
            book.Table = table.First;
            tx.Commit();
        }

        Assert.Equal(table, region.ArrayAt(region.Read(region.Root<Book>()).Table.To<Entry>()));
        Assert.True(region.FreeBytes < free);
        using (scoped PersistentTransaction tx = region.BeginTransaction())
        {
            tx.FreeArray(table.First);
            Persistent<Book> book = tx.Update(region.Root<Book>());
            book.Table = default;
            tx.Commit();
        }

        Assert.Equal(free, region.FreeBytes);
        Assert.Throws<ArgumentException>(() => region.Read(table[0]));
        Assert.Throws<ArgumentException>(() => region.ArrayAt(table.First));
    }

    [Fact]
    public void A_reference_to_nothing_is_refused_with_what_is_there()
    {
        using PersistentRegion region = _file.Create();
        PPtr<Entry> freed = RegionFile.Push(region, 1);
        _ = RegionFile.Pop(region);
        foreach (long offset in (long[])[0, -8, 8, freed.Offset, freed.Offset + 1, region.Root<Book>().Offset, 1L << 40, long.MaxValue])
        {
            ArgumentException refusal = Assert.Throws<ArgumentException>(() => region.Read(new PPtr<Entry>(offset)));
            Assert.Contains("test.entry", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_open_region_is_locked()
    {
        using PersistentRegion region = _file.Create();
        Assert.Throws<PmemInUseException>(_file.Open);
    }

    [Fact]
    public void A_disposed_region_refuses_everything()
    {
        PersistentRegion region = _file.Create();
        PPtr<Book> root = region.Root<Book>();
        region.Dispose();
        region.Dispose();
        Assert.Throws<ObjectDisposedException>(() => region.Read(root));
        Assert.Throws<ObjectDisposedException>(() => region.BeginTransaction().Dispose());
        Assert.Throws<ObjectDisposedException>(() => region.Root<Book>());
        Assert.Throws<ObjectDisposedException>(() => region.Array<Counter>(5));
        Assert.Throws<ObjectDisposedException>(() => region.FreeBytes);
    }

    [Fact]
    public void A_lease_that_ended_refuses_a_type_that_was_never_asked_for()
    {
        PersistentRegion region = _file.Create();
        PPtr<Book> root = region.Root<Book>();
        scoped RegionLease lease = region.Lease();
        region.Dispose();
        Assert.Equal(0, lease.Read(root).Value.Count);
        lease.Dispose();
        lease.Dispose();
        bool refuses = false;
        try
        {
#pragma warning disable PMT3002 // What it does then is the test.
            _ = lease.Read(new PPtr<Line>(root.Offset));
#pragma warning restore PMT3002
        }
        catch (ObjectDisposedException)
        {
            refuses = true;
        }

        Assert.True(refuses);
    }

    [Fact]
    public void Looking_for_a_type_that_the_region_does_not_know_changes_nothing()
    {
        using PersistentRegion region = _file.Create();
        byte[] before = Bytes(region);
        Assert.Throws<ArgumentException>(() => region.Read(new PPtr<Line>(region.Root<Book>().Offset)));
        Assert.Throws<ArgumentException>(() => region.Root<Line>());
        Assert.Equal(before, Bytes(region));
    }

    [Theory]
    [InlineData(0, 32, 4096)]
    [InlineData(1 << 20, 32, 32768)]
    [InlineData(4 << 20, 0, 4096)]
    [InlineData(4 << 20, 2000, 4096)]
    [InlineData(4 << 20, 4, 0)]
    [InlineData(4 << 20, 4, 1 << 30)]
    public void Numbers_that_make_no_region_are_refused_and_leave_no_file(long bytes, int lanes, int logBytes)
    {
        var options = new PersistentRegionOptions { Lanes = lanes, LogBytes = logBytes };
        Assert.Throws<ArgumentOutOfRangeException>(() => PersistentRegion.Create<Book>(_file.Path, bytes, options));
        Assert.False(File.Exists(_file.Path));
    }

    private static byte[] Bytes(PersistentRegion region)
    {
        using scoped PmemMapLease lease = region.Map.Lease();
        return lease.Window(0, (int)lease.LengthBytes).ToArray();
    }
}
