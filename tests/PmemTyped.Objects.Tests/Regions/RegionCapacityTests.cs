namespace PmemTyped.Objects.Tests.Regions;

/// <summary>How objects fill a region: alignment, sizes, a full region, chunks that change their type.</summary>
public sealed class RegionCapacityTests : IDisposable
{
    private readonly RegionFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Objects_keep_their_alignment()
    {
        using PersistentRegion region = _file.Create();
        using scoped PersistentTransaction tx = region.BeginTransaction();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(0, tx.New(new Line { Number = i }).Offset % 64);
        }

        tx.Commit();
    }

    [Fact]
    public void Large_objects_and_references_in_arrays_work()
    {
        using PersistentRegion region = PersistentRegion.Create<Branch>(_file.Path, RegionFile.Bytes);
        PPtr<Big> big;
        using (scoped PersistentTransaction tx = region.BeginTransaction())
        {
            big = tx.New(new Big { Number = 3, Text = "large" });
            PPtr<Branch> child = tx.New<Branch>();
            tx.Update(region.Root<Branch>()).Children.Set(5, child);
            tx.Commit();
        }

        Assert.Equal("large", region.Read(big).Text.ToString());
        Assert.False(region.Read(region.Root<Branch>()).Children[5].IsNull);
    }

    [Fact]
    public void An_object_that_no_chunk_holds_can_be_an_array_of_one()
    {
        using PersistentRegion region = _file.Create(new PersistentRegionOptions { Lanes = 2, LogBytes = 128 * 1024 });
        using scoped PersistentTransaction tx = region.BeginTransaction();
        string? message = null;
        try
        {
            _ = tx.New<Huge>();
        }
        catch (PmemCapacityException exception)
        {
            message = exception.Message;
        }

        Assert.Contains("must fit a chunk", message, StringComparison.Ordinal);
        PersistentArray<Huge> one = tx.NewArray<Huge>(1);
        Persistent<Huge> huge = tx.Update(one.First);
        huge.Number = 4;
        tx.Commit();
        Assert.Equal(4, region.Read(one.First).Number);
    }

    [Fact]
    public void A_full_region_says_so_and_goes_on()
    {
        using PersistentRegion region = _file.Create();
        _ = RegionFile.Push(region, 1);
        long free = region.FreeBytes;
        var made = new List<PPtr<Big>>();
        Assert.Throws<PmemCapacityException>(void () =>
        {
            while (true)
            {
                using scoped PersistentTransaction tx = region.BeginTransaction();
                made.Add(tx.New<Big>());
                tx.Commit();
            }
        });
        Assert.Equal(free / 65536 * 7, made.Count);
        Assert.Equal(0, region.FreeBytes);
        _ = RegionFile.Push(region, 2);
        Assert.Equal("2 1", RegionFile.List(region));
    }

    [Fact]
    public void Chunks_without_objects_serve_another_type()
    {
        using PersistentRegion region = _file.Create();
        _ = RegionFile.Push(region, 1);
        var made = new List<PPtr<Big>>();
        try
        {
            while (true)
            {
                using scoped PersistentTransaction tx = region.BeginTransaction();
                made.Add(tx.New<Big>());
                tx.Commit();
            }
        }
        catch (PmemCapacityException)
        {
            Assert.NotEmpty(made);
        }

        Assert.Throws<PmemCapacityException>(() => region.Array<Counter>(100_000));
        foreach (PPtr<Big> big in made)
        {
            using scoped PersistentTransaction tx = region.BeginTransaction();
            tx.Free(big);
            tx.Commit();
        }

        Assert.Equal(100_000, region.Array<Counter>(100_000).Count);
        Assert.Equal("1", RegionFile.List(region));
    }
}
