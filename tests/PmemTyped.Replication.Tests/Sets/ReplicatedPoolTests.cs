using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>Pools replicate without a changed line: what a call has persisted is at the replica when it returns.</summary>
public sealed class ReplicatedPoolTests
{
    [Fact]
    public void A_pool_in_a_set_file_is_at_its_replica_after_every_write()
    {
        using var bench = new PoolBench();
        using (BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes))
        {
            for (int i = 0; i < 20; i++)
            {
                pool.Write(i % 7, PoolBench.Content(i));
                Assert.True(bench.AreEqual());
            }

            pool.SetZero(3);
            pool.WriteMany([100, 101, 102], new byte[3 * PoolBench.BlockBytes]);
            Assert.True(bench.AreEqual());
        }

        using (BlockPool pool = BlockPool.Open(bench.SetPath))
        {
            pool.Write(5, PoolBench.Content(77));
            Assert.True(bench.AreEqual());
        }

        // The replica is a pool of its own, on its own node.
        PoolSetRemotes.Use(null);
        Assert.Empty(BlockPool.Check(bench.RemoteSet).Findings);
        using BlockPool alone = BlockPool.Open(bench.RemoteSet);
        byte[] content = new byte[PoolBench.BlockBytes];
        alone.Read(5, content);
        Assert.Equal(PoolBench.Content(77), content);
        Assert.Equal(BlockState.Zero, alone.GetState(3));
    }

    [Fact]
    public void A_write_is_one_drain_and_so_is_a_batch()
    {
        using var bench = new PoolBench();
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);
        pool.Write(0, PoolBench.Content(0));
        using var trips = new RoundTrips();

        Assert.Equal((1, 1), Count(() => pool.Write(1, PoolBench.Content(1))));
        Assert.Equal((1, 1), Count(() => pool.WriteMany([2, 3, 4, 900], new byte[4 * PoolBench.BlockBytes])));
        Assert.Equal((1, 1), Count(() => pool.SetZero(1)));
        Assert.Equal((1, 1), Count(() => pool.SetError(2)));
        Assert.Equal((0, 0), Count(() => pool.Read(0, new byte[PoolBench.BlockBytes])));

        (int Drains, long Trips) Count(Action action)
        {
            int drains = bench.Recorder.Drains;
            long before = trips.Count;
            action();
            return (bench.Recorder.Drains - drains, trips.Count - before);
        }
    }

    [Fact]
    public void Only_what_was_stored_is_sent()
    {
        using var bench = new PoolBench();
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);
        pool.Write(0, PoolBench.Content(0));
        int before = bench.Recorder.Count;

        pool.Write(9, PoolBench.Content(1));

        // The content, the two halves of the flog entry, the map entry.
        Assert.Equal([PoolBench.BlockBytes, 8, 8, 4], bench.Recorder.Frames.Skip(before).Select(f => f.Payload.Length));
    }

    [Fact]
    public async Task Asynchronous_writes_are_replicated_when_their_tasks_end()
    {
        using var bench = new PoolBench();
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => pool.WriteAsync(i, PoolBench.Content(i))));

        Assert.True(bench.AreEqual());
    }

    [Fact]
    public void Writers_that_share_waves_all_wait_for_the_replica()
    {
        using var bench = new PoolBench();
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (int i = 0; i < 40; i++)
            {
                pool.Write((thread * 100) + i, PoolBench.Content(i));
            }
        });

        Assert.True(bench.AreEqual());
    }

    [Fact]
    public void A_remote_line_without_replication_names_the_package_and_the_call()
    {
        using var bench = new PoolBench();
        PoolSetRemotes.Use(null);

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(
            () => BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes));

        Assert.Contains("PmemTyped.Replication", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Replicator.Register", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("here:1", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.LocalPart));
    }

    [Fact]
    public void A_replica_of_another_pool_is_refused_and_nothing_is_changed()
    {
        using var bench = new PoolBench();
        BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes).Dispose();
        File.Delete(bench.LocalPart);
        File.Delete(bench.Target.Part(PoolBench.Remote, 0));
        BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes).Dispose();
        byte[] other = PoolBench.Bytes(bench.Target.Part(PoolBench.Remote, 0));
        File.Delete(bench.LocalPart);
        File.Delete(bench.Target.Part(PoolBench.Remote, 0));
        BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes).Dispose();
        File.WriteAllBytes(bench.Target.Part(PoolBench.Remote, 0), other);
        byte[] before = PoolBench.Bytes(bench.LocalPart);

        PmemFormatException refusal = Assert.Throws<PmemFormatException>(() => BlockPool.Open(bench.SetPath));

        Assert.Contains("another pool", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, PoolBench.Bytes(bench.LocalPart));
        Assert.Equal(other, PoolBench.Bytes(bench.Target.Part(PoolBench.Remote, 0)));
    }

    [Fact]
    public void A_replica_that_differs_is_refused_and_nothing_is_changed()
    {
        using var bench = new PoolBench();
        using (BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes))
        {
            pool.Write(1, PoolBench.Content(1));
        }

        byte[] stale = PoolBench.Bytes(bench.LocalPart);
        using (BlockPool pool = BlockPool.Open(bench.SetPath))
        {
            pool.Write(1, PoolBench.Content(2));
        }

        File.WriteAllBytes(bench.LocalPart, stale);
        PmemFormatException refusal = Assert.Throws<PmemFormatException>(() => BlockPool.Open(bench.SetPath));
        Assert.Contains("resynchronise", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(stale, PoolBench.Bytes(bench.LocalPart));

        bench.Options = bench.Options with { SendsDifferences = true };
        bench.Register();
        BlockPool.Open(bench.SetPath).Dispose();
        Assert.True(bench.AreEqual());
    }

    [Fact]
    public void A_pool_that_cannot_be_made_leaves_no_replica()
    {
        using var bench = new PoolBench();

        Assert.ThrowsAny<ArgumentException>(() => BlockPool.CreateInSet(bench.SetPath, 1 << 20));

        Assert.False(File.Exists(bench.LocalPart));
        Assert.False(File.Exists(bench.Target.Part(PoolBench.Remote, 0)));
    }

    [Fact]
    public void A_lost_replica_fails_the_write_that_notices_and_leaves_the_pool_sound()
    {
        using var bench = new PoolBench(options: new ReplicaSetOptions { Pool = SetBench.Brittle });
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);
        for (int i = 0; i < 4; i++)
        {
            pool.Write(i, PoolBench.Content(i));
        }

        bench.Target.Transport.Cut();
        Assert.Throws<ReplicaSetException>(() => pool.Write(1, PoolBench.Content(50)));
        byte[] before = PoolBench.Bytes(bench.LocalPart);
        Assert.Throws<ReplicaSetException>(() => pool.Write(2, PoolBench.Content(51)));
        Assert.Throws<ReplicaSetException>(() => pool.WriteMany([2, 3], new byte[2 * PoolBench.BlockBytes]));
        Assert.Equal(before, PoolBench.Bytes(bench.LocalPart));
        byte[] content = new byte[PoolBench.BlockBytes];
        pool.Read(1, content);
        Assert.Equal(PoolBench.Content(50), content);
        Assert.Empty(pool.Check().Findings);

        bench.Connected!.Current!.Rejoin(0);
        pool.Write(2, PoolBench.Content(52));
        Assert.True(bench.AreEqual());
    }

    [Fact]
    public void A_set_with_a_remote_replica_opens_for_reading_without_it_and_does_not_grow()
    {
        using var bench = new PoolBench();
        using (BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes))
        {
            pool.Write(1, PoolBench.Content(1));
            Assert.Throws<NotSupportedException>(() => pool.Grow(16 << 20, bench.Target.Directory.File("more")));
        }

        PoolSetRemotes.Use(null);
        using BlockPool read = BlockPool.OpenReadOnly(bench.SetPath);
        Assert.Equal(BlockState.Normal, read.GetState(1));
        Assert.Empty(BlockPool.Check(bench.SetPath).Findings);
    }

    [Fact]
    public void Local_and_remote_replicas_go_together()
    {
        string mirrorPart = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var bench = new PoolBench(mirror: FormattableString.Invariant($"REPLICA\n{PoolBench.PartBytes} {mirrorPart}\n"));
        try
        {
            using (BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes))
            {
                pool.Write(1, PoolBench.Content(1));
                pool.WriteMany([5, 6], new byte[2 * PoolBench.BlockBytes]);
                Assert.True(bench.AreEqual());
                Assert.Equal(
                    PoolBench.Bytes(bench.LocalPart).AsSpan(4096).ToArray(), PoolBench.Bytes(mirrorPart).AsSpan(4096).ToArray());
            }
        }
        finally
        {
            File.Delete(mirrorPart);
        }
    }
}
