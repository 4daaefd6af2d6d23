using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Regions in the files of a pool set: parts in a row, borders inside of objects, replicas.</summary>
public sealed class RegionSetTests : IDisposable
{
    private const int PartBytes = 2 << 20;
    private const int HeaderBytes = 4096;

    // Bytes of the region in the first part; the header page comes before them.
    private const long FirstBorder = PartBytes - HeaderBytes;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string SetPath => _directory.File("region.set");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_region_of_three_parts_is_found_again_with_objects_on_both_sides_of_a_border()
    {
        WriteSet(SetPath, "part", parts: 3);
        using (PersistentRegion region = PersistentRegion.CreateInSet<Book>(SetPath))
        {
            Assert.Equal((3 * PartBytes) - (3 * HeaderBytes), region.LengthBytes);
            PersistentArray<Counter> array = CrossingArray(region);
            CommitAround(region, array, 1, 2);
        }

        using PersistentRegion again = PersistentRegion.Open<Book>(SetPath);
        PersistentArray<Counter> found = CrossingArray(again);
        Assert.Equal(1, again.Read(found[IndexOf(found, FirstBorder) - 1]).Number);
        Assert.Equal(2, again.Read(found[IndexOf(found, FirstBorder)]).Number);
    }

    // The files are copied while the process is in the middle of a transaction: what a process that dies leaves behind.
    [Fact]
    public void A_transaction_across_a_border_that_is_cut_off_is_undone_on_both_sides()
    {
        WriteSet(SetPath, "part", parts: 2);
        string copy = _directory.File("copy.set");
        WriteSet(copy, "copy", parts: 2);
        using (PersistentRegion region = PersistentRegion.CreateInSet<Book>(SetPath))
        {
            PersistentArray<Counter> array = CrossingArray(region);
            CommitAround(region, array, 10, 20);
            using scoped PersistentTransaction tx = region.BeginTransaction();
            StoreAround(tx, array, 11, 21);
            CopyParts(2);
        }

        using PersistentRegion again = PersistentRegion.Open<Book>(copy);
        PersistentArray<Counter> found = CrossingArray(again);
        Assert.Equal(10, again.Read(found[IndexOf(found, FirstBorder) - 1]).Number);
        Assert.Equal(20, again.Read(found[IndexOf(found, FirstBorder)]).Number);
    }

    [Fact]
    public void A_replica_holds_every_committed_transaction_and_is_a_region_by_itself()
    {
        WriteSet(SetPath, "part", parts: 2, replicas: 2);
        using (PersistentRegion region = PersistentRegion.CreateInSet<Book>(SetPath))
        {
            _ = RegionFile.Push(region, 1);
            _ = RegionFile.Push(region, 2);
        }

        byte[] first = Content(0);
        byte[] second = Content(2);
        Assert.True(first.AsSpan().SequenceEqual(second), "the replicas differ");
        Assert.Empty(PoolSetSync.Plan(PoolSetFile.Load(SetPath), RegionSet.Signature).Defects);

        // The first replica is lost; it is made again from the second one.
        File.Delete(Part("part", 0));
        _ = PoolSetSync.Run(PoolSetFile.Load(SetPath), RegionSet.Signature);
        using PersistentRegion again = PersistentRegion.Open<Book>(SetPath);
        Assert.Equal("2 1", RegionFile.List(again));
    }

    [Fact]
    public void A_replica_that_a_dying_process_left_behind_is_brought_up_to_the_first_one()
    {
        WriteSet(SetPath, "part", parts: 2, replicas: 2);
        string copy = _directory.File("copy.set");
        WriteSet(copy, "copy", parts: 2, replicas: 2);
        using (PersistentRegion region = PersistentRegion.CreateInSet<Book>(SetPath))
        {
            _ = RegionFile.Push(region, 1);
            using scoped PersistentTransaction tx = region.BeginTransaction();
            _ = RegionFile.Push(tx, region, 2); // stored in the first replica, not yet in the second
            CopyParts(4);
        }

        PersistentRegion.Open<Book>(copy).Dispose();
        byte[] first = [.. File.ReadAllBytes(Part("copy", 0)).AsSpan(HeaderBytes), .. File.ReadAllBytes(Part("copy", 1)).AsSpan(HeaderBytes)];
        byte[] second = [.. File.ReadAllBytes(Part("copy", 2)).AsSpan(HeaderBytes), .. File.ReadAllBytes(Part("copy", 3)).AsSpan(HeaderBytes)];
        Assert.True(first.AsSpan().SequenceEqual(second), "the replicas differ");
        using PersistentRegion again = PersistentRegion.Open<Book>(copy);
        Assert.Equal("1", RegionFile.List(again));
    }

    [Fact]
    public void Parts_in_another_order_are_refused_and_not_changed()
    {
        WriteSet(SetPath, "part", parts: 3);
        PersistentRegion.CreateInSet<Book>(SetPath).Dispose();
        File.Move(Part("part", 1), _directory.File("kept"));
        File.Move(Part("part", 2), Part("part", 1));
        File.Move(_directory.File("kept"), Part("part", 2));
        byte[] before = File.ReadAllBytes(Part("part", 0));

        PmemFormatException refusal = Assert.Throws<PmemFormatException>(() => PersistentRegion.Open<Book>(SetPath));

        Assert.Contains(_directory.File("part"), refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Part("part", 0)));
    }

    [Fact]
    public void A_set_that_is_open_or_of_another_root_is_refused_and_closed_cleanly_afterwards()
    {
        WriteSet(SetPath, "part", parts: 2);
        using (PersistentRegion region = PersistentRegion.CreateInSet<Book>(SetPath))
        {
            Assert.Throws<PmemInUseException>(() => PersistentRegion.Open<Book>(SetPath));
            _ = RegionFile.Push(region, 5);
        }

        byte[] closed = File.ReadAllBytes(Part("part", 0));
        Assert.Throws<LayoutMismatchException>(() => PersistentRegion.Open<BookOfLater>(SetPath));
        Assert.Equal(closed, File.ReadAllBytes(Part("part", 0)));
        using PersistentRegion again = PersistentRegion.Open<Book>(SetPath);
        Assert.Equal("5", RegionFile.List(again));
    }

    [Fact]
    public void A_region_that_cannot_be_made_leaves_no_file()
    {
        WriteSet(SetPath, "part", parts: 2);

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            PersistentRegion.CreateInSet<Book>(SetPath, new PersistentRegionOptions { Lanes = 1024, LogBytes = 1 << 20 }));

        Assert.False(File.Exists(Part("part", 0)));
        Assert.False(File.Exists(Part("part", 1)));
    }

    // Longer than the first part, so that the border lies inside.
    private static PersistentArray<Counter> CrossingArray(PersistentRegion region) => region.Array<Counter>(FirstBorder / sizeof(long));

    private static long IndexOf(PersistentArray<Counter> array, long border) => (border - array[0].Offset) / sizeof(long);

    private static void CommitAround(PersistentRegion region, PersistentArray<Counter> array, long before, long behind)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        StoreAround(tx, array, before, behind);
        tx.Commit();
    }

    // The last element of the first part and the first one of the second.
    private static void StoreAround(scoped in PersistentTransaction tx, PersistentArray<Counter> array, long before, long behind)
    {
        long border = IndexOf(array, FirstBorder);
        Persistent<Counter> last = tx.Update(array[border - 1]);
        last.Number = before;
        Persistent<Counter> first = tx.Update(array[border]);
        first.Number = behind;
    }

    private string Part(string name, int index) => _directory.File(FormattableString.Invariant($"{name}{index}"));

    private byte[] Content(int first) =>
        [.. File.ReadAllBytes(Part("part", first)).AsSpan(HeaderBytes), .. File.ReadAllBytes(Part("part", first + 1)).AsSpan(HeaderBytes)];

    private void CopyParts(int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Through a map, because a stream would ask for the lock that the region holds.
            using PmemSource from = PmemSource.Open(Part("part", i), writable: false);
            using PmemMap map = PmemMap.Map(from, new PmemMapConfig { Protection = MapProtection.Read });
            using scoped PmemMapLease bytes = map.Lease();
            File.WriteAllBytes(Part("copy", i), bytes.Window(0, PartBytes));
        }
    }

    private void WriteSet(string path, string name, int parts, int replicas = 1)
    {
        IEnumerable<string> lines = Enumerable.Range(0, replicas).Select(r =>
            (r == 0 ? "" : "REPLICA\n")
            + string.Concat(Enumerable.Range(r * parts, parts).Select(i => FormattableString.Invariant($"{PartBytes} {Part(name, i)}\n"))));
        File.WriteAllText(path, "PMEMPOOLSET\n" + string.Concat(lines));
    }
}
