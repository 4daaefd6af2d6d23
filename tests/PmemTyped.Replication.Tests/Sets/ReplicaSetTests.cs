using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>A set that waits for all its replicas, what it does when one is lost, and how it is made and opened.</summary>
public sealed class ReplicaSetTests
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);

    [Fact]
    public void Every_persist_is_at_all_replicas_when_it_returns()
    {
        using var bench = new SetBench(3);
        using ReplicaSet set = bench.Create();
        using PmemMap map = bench.Observed(set);

        SetBench.Fill(map, 0, 100, 1);
        SetBench.Fill(map, 70_000, 300_000, 2);
        SetBench.Fill(map, 8, 8, 3);

        Assert.All(Enumerable.Range(0, 3), i => Assert.True(bench.IsEqual(i)));
    }

    [Fact]
    public void A_drain_is_one_send_to_each_replica_and_says_what_it_is_worth()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Pool = SetBench.Still });
        int[] before = [.. bench.Ways.Select(w => w.Sends)];

        for (int i = 0; i < 20; i++)
        {
            set.Flush(i * 4096, 64);
        }

        ReplicaDurability level = set.Drain();

        Assert.Equal(before.Select(b => b + 1), bench.Ways.Select(w => w.Sends));
        Assert.Equal(ReplicaDurability.Volatile, level);
        Assert.Equal(ReplicaDurability.Volatile, set.StatusOf(1).Durability);
        Assert.Equal(0, set.StatusOf(1).LagBytes);
    }

    [Fact]
    public void A_lost_replica_fails_the_call_and_refuses_later_ones_until_it_has_rejoined()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create();
        using PmemMap map = bench.Observed(set);
        bench.Ways[1].Cut();

        ReplicaSetException failure = Assert.Throws<ReplicaSetException>(() => SetBench.Fill(map, 4096, 64, 7));
        Assert.Equal((2, 1), (failure.Required, failure.Present));
        Assert.Contains("r1.set", failure.Replica, StringComparison.Ordinal);
        Assert.Equal(7, bench.ByteAt(0, 4096));
        Assert.Equal(0, bench.ByteAt(1, 4096));
        Assert.Throws<ReplicaSetException>(() => ((PmemTyped.Sets.IPersistObserver)set).OnBatchBegins());
        Assert.Equal(1, set.StatusOf(1).MissedRegions);

        set.Rejoin(1);
        Assert.True(bench.IsEqual(1));
        SetBench.Fill(map, 4096, 64, 8);
        Assert.Equal(8, bench.ByteAt(1, 4096));
    }

    [Fact]
    public void A_degraded_set_goes_on_and_remembers_what_the_replica_misses()
    {
        using var bench = new SetBench(2);
        List<ReplicaStatus> changes = [];
        using ReplicaSet set = bench.Create(new ReplicaSetOptions
        {
            Pool = SetBench.Brittle,
            OnLoss = ReplicaLoss.Degrade,
            StateChanged = changes.Add,
        });
        using PmemMap map = bench.Observed(set);
        SetBench.Fill(map, 0, 4096, 1);
        bench.Ways[0].Cut();

        SetBench.Fill(map, 4096, 64, 2);
        SetBench.Fill(map, 1 << 20, 200_000, 3);
        SetBench.Fill(map, 4096, 64, 4);

        ReplicaStatus away = set.StatusOf(0);
        Assert.Equal(ReplicaState.Away, away.State);
        Assert.Equal(1 + 4, away.MissedRegions);
        Assert.NotNull(away.Failure);
        Assert.True(bench.IsEqual(1));
        Assert.False(bench.IsEqual(0));
        Assert.Equal(ReplicaState.Away, Assert.Single(changes).State);

        set.Rejoin(0);

        Assert.True(bench.IsEqual(0));
        Assert.Equal([ReplicaState.Away, ReplicaState.Rejoining, ReplicaState.InSync], changes.Select(c => c.State));
        Assert.Equal(0, set.StatusOf(0).MissedRegions);
    }

    [Fact]
    public async Task A_blocked_call_waits_until_the_replica_has_rejoined()
    {
        using var bench = new SetBench(1);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Pool = SetBench.Brittle, OnLoss = ReplicaLoss.Block });
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Cut();
        Task write = Task.Run(() => SetBench.Fill(map, 4096, 64, 7));
        Assert.True(SpinWait.SpinUntil(() => set.StatusOf(0).State == ReplicaState.Away, s_slack));
        Assert.False(write.IsCompleted);

        set.Rejoin(0);

        await write.WaitAsync(s_slack);
        Assert.Equal(7, bench.ByteAt(0, 4096));
    }

    [Fact]
    public void A_blocked_call_ends_at_its_limit()
    {
        using var bench = new SetBench(1);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions
        {
            Pool = SetBench.Brittle,
            OnLoss = ReplicaLoss.Block,
            BlockLimit = TimeSpan.FromMilliseconds(50),
        });
        bench.Ways[0].Cut();
        set.Flush(4096, 64);

        Assert.Throws<ReplicaSetException>(() => set.Drain());
    }

    [Fact]
    public async Task A_replica_rejoins_while_others_write()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Pool = SetBench.Brittle, OnLoss = ReplicaLoss.Degrade });
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Cut();
        SetBench.Fill(map, 0, ReplicaBench.WindowBytes, 1);
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                SetBench.Fill(map, i * 64 % ReplicaBench.WindowBytes, 64, (byte)i);
            }
        });

        set.Rejoin(0);
        await stop.CancelAsync();

        await writing.WaitAsync(s_slack);
        Assert.Equal(ReplicaState.InSync, set.StatusOf(0).State);
        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
    }

    [Fact]
    public void A_set_that_cannot_be_made_leaves_nothing_behind()
    {
        using var bench = new SetBench(2);
        bench.Ways[1].Refusal = new IOException("refused");

        Assert.Throws<RemotePoolException>(() => bench.Create());

        Assert.False(bench.HasPart(0));
        bench.Ways[1].Refusal = null;
        bench.Create().Dispose();
    }

    [Fact]
    public void A_replica_that_differs_is_refused_unless_it_is_to_be_overwritten()
    {
        using var bench = new SetBench(2);
        bench.Create().Dispose();
        SetBench.Fill(bench.Local, 100_000, 1, 9);

        PmemFormatException refusal = Assert.Throws<PmemFormatException>(() => bench.Open());
        Assert.Contains("SendsDifferences", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, bench.ByteAt(0, 100_000));

        using ReplicaSet set = bench.Open(new ReplicaSetOptions { SendsDifferences = true });
        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
    }

    [Fact]
    public void A_replica_that_is_not_reached_at_open_is_away_where_the_set_goes_on_without_it()
    {
        using var bench = new SetBench(2);
        bench.Create().Dispose();
        bench.Ways[0].Refusal = new IOException("no route");

        Assert.Throws<RemotePoolException>(() => bench.Open());
        using ReplicaSet set = bench.Open(new ReplicaSetOptions { OnLoss = ReplicaLoss.Degrade });

        Assert.Equal(ReplicaState.Away, set.StatusOf(0).State);
        Assert.Equal(ReplicaBench.WindowBytes / Copies.RegionBytes, set.StatusOf(0).MissedRegions);
        bench.Ways[0].Refusal = null;
        set.Rejoin(0);
        Assert.Equal(ReplicaState.InSync, set.StatusOf(0).State);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        using var bench = new SetBench(1);

        Assert.Throws<ArgumentException>(() => ReplicaSet.Create(bench.Local, [], header: null));
        Assert.Throws<ArgumentException>(() => bench.Create(new ReplicaSetOptions { Policy = ReplicaPolicy.Quorum(3) }));
        Assert.Throws<ArgumentException>(() => bench.Create(new ReplicaSetOptions { LogBytes = 1000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaPolicy.Quorum(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaPolicy.Async(0, TimeSpan.FromSeconds(1)));
        using ReplicaSet set = bench.Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Flush(ReplicaBench.WindowBytes, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.StatusOf(1));
        set.Dispose();
        Assert.Throws<ObjectDisposedException>(() => set.Drain());
    }
}
