using PmemTyped.Objects.Regions;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Every type that the root reaches is compared with that of the region when it is opened.</summary>
public sealed class RegionTypeTests : IDisposable
{
    private readonly RegionFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Everything_behind_a_reference_is_reachable_in_circles_too()
    {
        Assert.Equal(["test.book", "test.entry", "test.counter"], ReachableTypes.Of<Book>().Select(t => t.Name));
        Assert.Equal(["test.branch", "test.entry"], ReachableTypes.Of<Branch>().Select(t => t.Name));
        Assert.Equal(["test.counter"], ReachableTypes.Of<Counter>().Select(t => t.Name));
    }

    [Fact]
    public void A_type_behind_the_root_that_changed_is_refused_field_by_field_and_nothing_changes()
    {
        using (PersistentRegion region = _file.Create())
        {
            _ = RegionFile.Push(region, 1);
        }

        byte[] before = File.ReadAllBytes(_file.Path);
        LayoutMismatchException refusal =
            Assert.Throws<LayoutMismatchException>(() => PersistentRegion.Open<BookOfLater>(_file.Path));
        Assert.Contains("test.entry", refusal.Stored, StringComparison.Ordinal);
        Assert.Contains(refusal.Differences, d => d.StartsWith("offset 16", StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(_file.Path));
        using PersistentRegion again = _file.Open();
        Assert.Equal("1", RegionFile.List(again));
    }

    [Fact]
    public void Another_root_is_refused()
    {
        _file.Create().Dispose();
        LayoutMismatchException refusal = Assert.Throws<LayoutMismatchException>(() => PersistentRegion.Open<Counter>(_file.Path));
        Assert.Contains("test.book", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_field_points_to_is_part_of_the_fingerprint()
    {
        Assert.NotEqual(Fingerprint<OfEntry>(), Fingerprint<OfCounter>());
        static ulong Fingerprint<T>()
            where T : unmanaged, IPersistentLayout<T> => T.LayoutHash;
    }

    [Fact]
    public void A_type_that_comes_later_is_added_and_compared_from_then_on()
    {
        PPtr<Line> line;
        using (PersistentRegion region = _file.Create())
        {
            using scoped PersistentTransaction tx = region.BeginTransaction();
            line = tx.New(new Line { Number = 8 });
            tx.Commit();
        }

        using PersistentRegion again = _file.Open();
        Assert.Equal(8, again.Read(line).Number);
        Assert.Throws<LayoutMismatchException>(() => again.Read(new PPtr<EntryOfLater>(line.Offset)));
        Assert.Throws<ArgumentException>(() => again.Read(new PPtr<Counter>(line.Offset)));
    }
}

/// <summary>Points to an entry.</summary>
[PersistentLayout("test.pointer")]
#pragma warning disable PMT0017 // two programs of different age, in one test project
public partial struct OfEntry
#pragma warning restore PMT0017
{
    [PointsTo<Entry>] public PPtr To;
}

/// <summary>The same bytes, pointing to a counter.</summary>
[PersistentLayout("test.pointer")]
public partial struct OfCounter
{
    [PointsTo<Counter>] public PPtr To;
}
