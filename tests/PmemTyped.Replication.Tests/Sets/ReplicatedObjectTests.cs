using PmemTyped.Blocks;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>Typed pools and regions replicate as block pools do, each record and each transaction in one round trip.</summary>
public sealed class ReplicatedObjectTests
{
    [Fact]
    public void A_typed_pool_in_one_file_replicates_where_it_is_told_to()
    {
        using var bench = new PoolBench();
        File.Delete(bench.LocalPart);
        using var trips = new RoundTrips();
        using (BlockPool<Entry> pool = BlockPool<Entry>.Create(
            bench.LocalPart, 100, new BlockPoolOptions { Replicator = bench.Replicator }))
        {
            pool[0] = new Entry { Number = 1 };
            long before = trips.Count;
            int drains = bench.Recorder.Drains;
            pool[7] = new Entry { Number = 7, Amount = 70 };
            Assert.Equal(before + 1, trips.Count);
            Assert.Equal(drains + 1, bench.Recorder.Drains);
        }

        using (BlockPool<Entry> pool = BlockPool<Entry>.Open(bench.LocalPart, replicator: bench.Replicator))
        {
            pool[8] = new Entry { Number = 8, Amount = 80 };
        }

        using BlockPool<Entry> alone = BlockPool<Entry>.Open(bench.RemoteSet);
        Assert.Equal(70, alone[7].Amount);
        Assert.Equal(80, alone[8].Amount);
    }

    [Fact]
    public void A_region_replicates_each_transaction_in_one_round_trip()
    {
        using var bench = new PoolBench(option: "NOHDRS");
        string path = bench.Target.Directory.File("region");
        using var trips = new RoundTrips();
        using (PersistentRegion region = PersistentRegion.Create<Entry>(
            path, PoolBench.PartBytes, new PersistentRegionOptions { Replicator = bench.Replicator }))
        {
            Store(region, 1);
            long before = trips.Count;
            Store(region, 2);
            Assert.Equal(before + 1, trips.Count);
        }

        using (PersistentRegion region = PersistentRegion.Open<Entry>(path, bench.Replicator))
        {
            Store(region, 3);
        }

        using PersistentRegion alone = PersistentRegion.Open<Entry>(bench.Target.Part(PoolBench.Remote, 0));
        Assert.Equal(3, alone.Read(alone.Root<Entry>()).Amount);
    }

    [Fact]
    public void A_region_in_a_set_file_replicates_without_a_changed_line()
    {
        using var bench = new PoolBench(option: "NOHDRS");
        File.WriteAllText(bench.SetPath, File.ReadAllText(bench.SetPath).Replace("SET\n", "SET\nOPTION NOHDRS\n", StringComparison.Ordinal));
        using (PersistentRegion region = PersistentRegion.Create<Entry>(bench.SetPath, PoolBench.PartBytes))
        {
            Store(region, 1);
        }

        using (PersistentRegion region = PersistentRegion.Open<Entry>(bench.SetPath))
        {
            Store(region, 2);
        }

        using PersistentRegion alone = PersistentRegion.Open<Entry>(bench.Target.Part(PoolBench.Remote, 0));
        Assert.Equal(2, alone.Read(alone.Root<Entry>()).Amount);
        Assert.Throws<ArgumentException>(() => PersistentRegion.Create<Entry>(bench.SetPath, 4 << 20));
    }

    [Fact]
    public void A_region_in_a_set_with_headers_replicates_each_transaction_in_one_round_trip()
    {
        using var bench = new PoolBench();
        using var trips = new RoundTrips();
        using (PersistentRegion region = PersistentRegion.CreateInSet<Entry>(bench.SetPath))
        {
            Store(region, 1);
            long before = trips.Count;
            Store(region, 2);
            Assert.Equal(before + 1, trips.Count);
        }

        using (PersistentRegion region = PersistentRegion.Open<Entry>(bench.SetPath))
        {
            Store(region, 3);
        }

        Assert.True(bench.AreEqual());
        using PersistentRegion alone = PersistentRegion.Open<Entry>(bench.RemoteSet);
        Assert.Equal(3, alone.Read(alone.Root<Entry>()).Amount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_that_outlives_its_region_reaches_the_copies_before_it_returns(bool hasHeaders)
    {
        using var bench = new PoolBench(option: hasHeaders ? "" : "NOHDRS");
        string path = bench.Target.Directory.File("region");
        PersistentRegion region = hasHeaders
            ? PersistentRegion.CreateInSet<Entry>(bench.SetPath)
            : PersistentRegion.Create<Entry>(path, PoolBench.PartBytes, new PersistentRegionOptions { Replicator = bench.Replicator });
        PPtr<Entry> root = region.Root<Entry>();
        {
            using scoped PersistentTransaction change = region.BeginTransaction();
            var disposal = new Thread(region.Dispose);
            disposal.Start();
            disposal.Join();
            change.Store(root, new Entry { Number = 1, Amount = 5 });
            change.Commit();
        }

        Assert.Throws<ObjectDisposedException>(() => Store(region, 6));
        using PersistentRegion alone = PersistentRegion.Open<Entry>(
            hasHeaders ? bench.RemoteSet : bench.Target.Part(PoolBench.Remote, 0));
        Assert.Equal(5, alone.Read(alone.Root<Entry>()).Amount);
    }

    [Fact]
    public void A_replicator_beside_a_set_file_is_refused_and_makes_nothing()
    {
        using var bench = new PoolBench();
        var options = new PersistentRegionOptions { Replicator = bench.Replicator };

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => PersistentRegion.CreateInSet<Entry>(bench.SetPath, options));
        Assert.Contains("names its replicas itself", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PersistentRegion.Open<Entry>(bench.SetPath, bench.Replicator));
        Assert.Throws<ArgumentException>(() => BlockPool.CreateInSet(
            bench.SetPath, PoolBench.BlockBytes, new BlockPoolOptions { Replicator = bench.Replicator }));
        Assert.Contains("CreateInSet", Assert.Throws<PmemFormatException>(
            () => PersistentRegion.Create<Entry>(bench.SetPath, PoolBench.PartBytes)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.LocalPart));
    }

    private static void Store(PersistentRegion region, long value)
    {
        using scoped PersistentTransaction change = region.BeginTransaction();
        change.Store(region.Root<Entry>(), new Entry { Number = 1, Amount = value });
        change.Commit();
    }
}
