using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Tests;

/// <summary>What a map makes durable is at the target when the persisting call returns, in the same order.</summary>
public sealed class ReplicationObserverTests
{
    private static readonly RemotePoolOptions s_still = new() { HeartbeatInterval = TimeSpan.FromMinutes(1) };

    [Fact]
    public void Every_persist_through_a_map_reaches_the_target()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        using PmemMap observed = PmemMap.Join([bench.Local], new PersistRelay(new ReplicationObserver(pool)));
        using scoped PmemMapLease lease = observed.Lease();

        lease.Copy(8192, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });
        lease.Fill(16384, 100_000, 9);
        lease.Fill(0, 4096, 3);

        Assert.Equal(bench.LocalBytes(4096, 200_000), bench.PartBytesAt(4096, 200_000));
        Assert.Equal(ReplicaBench.Attributes.Signature, BitConverter.ToUInt64(bench.PartBytesAt(0, 8)));
    }

    [Fact]
    public void A_drain_of_several_ranges_is_one_send()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        using PmemMap observed = PmemMap.Join([bench.Local], new PersistRelay(new ReplicationObserver(pool)));
        using scoped PmemMapLease lease = observed.Lease();
        int before = bench.Transport.Sends;

        for (int i = 0; i < 20; i++)
        {
            lease.Fill(8192 + (i * 4096), 64, 1, StoreOptions.NoDrain);
        }

        lease.Drain();

        Assert.Equal(before + 1, bench.Transport.Sends);
        Assert.Equal(bench.LocalBytes(8192, 20 * 4096), bench.PartBytesAt(8192, 20 * 4096));
    }

    [Fact]
    public void A_batch_of_several_drains_is_one_send_at_its_end()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        var relay = new PersistRelay(new ReplicationObserver(pool));
        using PmemMap observed = PmemMap.Join([bench.Local], relay);
        using scoped PmemMapLease lease = observed.Lease();
        int before = bench.Transport.Sends;

        using (relay.BeginBatch())
        {
            using (relay.BeginBatch())
            {
                lease.Fill(8192, 64, 1);
                lease.Fill(8256, 64, 2);
            }

            lease.Fill(8320, 64, 3);
            Assert.Equal(before, bench.Transport.Sends);
        }

        Assert.Equal(before + 1, bench.Transport.Sends);
        Assert.Equal(bench.LocalBytes(8192, 192), bench.PartBytesAt(8192, 192));
        lease.Fill(8192, 64, 4);
        Assert.Equal(bench.LocalBytes(8192, 64), bench.PartBytesAt(8192, 64));
    }

    [Fact]
    public void A_lost_target_is_an_exception_of_the_persisting_call_and_the_bytes_are_here()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        using PmemMap observed = PmemMap.Join([bench.Local], new PersistRelay(new ReplicationObserver(pool)));
        bench.Server.Dispose();

        Assert.Throws<RemotePoolException>(() => FillOne(observed));
        Assert.Equal(7, bench.LocalBytes(8192, 1)[0]);
    }

    [Fact]
    public void A_range_that_cannot_be_sent_spoils_what_follows()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still with { PoolBytes = 64 << 10 });
        var observer = new ReplicationObserver(pool);
        using PmemMap observed = PmemMap.Join([bench.Local], new PersistRelay(observer));
        FillOne(observed);

        Assert.Throws<ArgumentOutOfRangeException>(() => Fill(observed, 128 << 10));

        RemotePoolException hole = Assert.Throws<RemotePoolException>(() => FillOne(observed));
        Assert.True(hole.IsFatal);
        Assert.Equal(Errno.Invalid, hole.Errno);
        Assert.Contains("hole", hole.Message, StringComparison.Ordinal);
        Assert.Same(hole, Assert.Throws<RemotePoolException>(observer.OnDrained));
        Assert.Null(pool.Failure);
    }

    [Fact]
    public void A_lane_that_cannot_be_had_spoils_what_follows()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still with { Lanes = 2 });
        using PmemMap observed = PmemMap.Join([bench.Local], new PersistRelay(new ReplicationObserver(pool, lane: 1)));
        bench.Transport.Left = 0;
        Assert.False(Assert.Throws<RemotePoolException>(() => FillOne(observed)).IsFatal);
        bench.Transport.Left = int.MaxValue;

        Assert.True(Assert.Throws<RemotePoolException>(() => FillOne(observed)).IsFatal);
    }

    // A chain of words, each stored after the one before: the target never holds a word without all before it.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Wherever_the_connection_is_cut_the_target_holds_a_prefix(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 30; round++)
        {
            using var bench = new ReplicaBench();
            using RemotePool pool = bench.NewPool(s_still with { ReconnectTimeout = TimeSpan.Zero });
            var observer = new ReplicationObserver(pool);
            using PmemMap observed = PmemMap.Join([bench.Local], new PersistRelay(observer));
            int acknowledged = 0;
            bench.Transport.CutAfterBytes = random.Next(200, 12_000);
            try
            {
                for (int i = 0; i < 200; i++)
                {
                    StoreWord(observed, i);
                    acknowledged = i + 1;
                }
            }
            catch (RemotePoolException)
            {
                // Cut.
            }

            bench.Server.Dispose();
            byte[] words = bench.PartBytesAt(8192, 200 * 8);
            int[] stored = [.. Enumerable.Range(0, 200).Where(i => BitConverter.ToUInt64(words, i * 8) != 0)];
            Assert.True(acknowledged < 200, $"seed {seed}, round {round}: never cut");
            Assert.Equal(Enumerable.Range(0, stored.Length), stored);
            Assert.True(stored.Length >= acknowledged, $"seed {seed}, round {round}: {stored.Length} stored, {acknowledged} acknowledged");
        }
    }

    private static void FillOne(PmemMap map) => Fill(map, 8192);

    private static void Fill(PmemMap map, long offset)
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.Fill(offset, 64, 7);
    }

    private static void StoreWord(PmemMap map, int index)
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(8192 + (index * 8), BitConverter.GetBytes(index + 1L));
    }
}
