namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Transactions and reads allocate nothing once a lane has been used.</summary>
public sealed class RegionAllocationTests
{
    private const int Rounds = 500;

    [Theory]
    [InlineData("Transfer")]
    [InlineData("Undo")]
    [InlineData("PushPop")]
    [InlineData("Read")]
    public void An_operation_allocates_nothing(string operation)
    {
        using var file = new RegionFile();
        using PersistentRegion region = file.Create();
        PersistentArray<Counter> counters = region.Array<Counter>(100);
        _ = RegionFile.Push(region, 1);
        Action run = operation switch
        {
            "Transfer" => () => Transfer(region, counters, commits: true),
            "Undo" => () => Transfer(region, counters, commits: false),
            "PushPop" => () => PushPop(region),
            _ => () => _ = region.Read(counters[3]).Number + region.Read(region.Root<Book>()).Count,
        };
        for (int i = 0; i < Rounds; i++)
        {
            run();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            run();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void PushPop(PersistentRegion region)
    {
        _ = RegionFile.Push(region, 2);
        _ = RegionFile.Pop(region);
    }

    private static void Transfer(PersistentRegion region, PersistentArray<Counter> counters, bool commits)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        tx.Update(counters[0], counters[99], out Persistent<Counter> from, out Persistent<Counter> to);
        from.Number--;
        to.Number++;
        if (commits)
        {
            tx.Commit();
        }
    }
}
