using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>Who waits for a replica that is slow, and for how long, where not all of them are waited for.</summary>
public sealed class ReplicaPolicyTests
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_quorum_does_not_wait_for_a_frozen_replica_and_sends_to_it_all_the_same()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Pool = SetBench.Brittle, Policy = ReplicaPolicy.Quorum(2) });
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Freeze();

        // A write that waited for it would take as long as an operation may, longer than is waited here.
        Task writing = Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                SetBench.Fill(map, i * 4096, 64, 5);
            }
        });
        await writing.WaitAsync(SetBench.Brittle.OperationTimeout / 2);

        Assert.True(bench.IsEqual(1));
        Assert.Equal(ReplicaState.InSync, set.StatusOf(0).State);
        Assert.True(set.StatusOf(0).LagBytes > 0);
        bench.Ways[0].Cut();
    }

    [Fact]
    public void A_slow_replica_of_a_quorum_catches_up()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Policy = ReplicaPolicy.Quorum(2) });
        using PmemMap map = bench.Observed(set);
        for (int i = 0; i < 200; i++)
        {
            SetBench.Fill(map, i * 4096, 64, 5);
        }

        Assert.True(SpinWait.SpinUntil(() => set.StatusOf(0).LagBytes + set.StatusOf(1).LagBytes == 0, s_slack));
        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
    }

    [Fact]
    public void A_quorum_that_is_lost_fails_the_call()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Pool = SetBench.Brittle, Policy = ReplicaPolicy.Quorum(2) });
        bench.Ways[0].Cut();
        set.Flush(0, 64);
        Assert.Equal(ReplicaDurability.Volatile, set.Drain());
        bench.Ways[1].Cut();
        set.Flush(64, 64);

        ReplicaSetException failure = Assert.Throws<ReplicaSetException>(() => set.Drain());

        Assert.Equal((1, 0), (failure.Required, failure.Present));
    }

    [Fact]
    public async Task An_asynchronous_replica_is_waited_for_only_beyond_its_lag()
    {
        using var bench = new SetBench(1);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions
        {
            Policy = ReplicaPolicy.Async(10_000, TimeSpan.FromMinutes(10)),
            OnLoss = ReplicaLoss.Degrade,
            Pool = new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1), OperationTimeout = TimeSpan.FromMinutes(1) },
        });
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Freeze();
        SetBench.Fill(map, 0, 4096, 1);
        SetBench.Fill(map, 4096, 4096, 2);

        Task third = Task.Run(() => SetBench.Fill(map, 8192, 4096, 3));
        await Task.Delay(100);
        Assert.False(third.IsCompleted);
        Assert.Equal(ReplicaState.InSync, set.StatusOf(0).State);

        // What was sent into the freeze is gone, so that only the loss of the replica ends the wait.
        bench.Ways[0].Cut();
        await third.WaitAsync(s_slack);
        Assert.Equal(ReplicaState.Away, set.StatusOf(0).State);
    }

    [Fact]
    public void An_asynchronous_replica_is_waited_for_when_it_is_behind_for_too_long()
    {
        using var bench = new SetBench(1);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions
        {
            Policy = ReplicaPolicy.Async(1 << 20, TimeSpan.FromMilliseconds(50)),
            Pool = SetBench.Quick,
        });
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Freeze();
        SetBench.Fill(map, 0, 64, 1);
        Thread.Sleep(100);

        Assert.Throws<ReplicaSetException>(() => SetBench.Fill(map, 64, 64, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(1)]
    public void More_than_the_log_holds_is_replicated_in_order(int copies)
    {
        ReplicaPolicy policy = copies switch
        {
            0 => ReplicaPolicy.All,
            1 => ReplicaPolicy.Async(1 << 20, TimeSpan.FromMinutes(1)),
            _ => ReplicaPolicy.Quorum(copies),
        };
        using var bench = new SetBench(2);
        using (ReplicaSet set = bench.Create(new ReplicaSetOptions { Policy = policy, LogBytes = 256 << 10 }))
        {
            using PmemMap map = bench.Observed(set);
            for (byte i = 1; i < 6; i++)
            {
                SetBench.Fill(map, 0, ReplicaBench.WindowBytes, i);
                SetBench.Fill(map, 123, 70_000, (byte)(i + 50));
            }
        }

        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
    }

    [Fact]
    public void A_replica_that_the_log_runs_over_is_lost_and_nobody_hangs()
    {
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions
        {
            Policy = ReplicaPolicy.Quorum(2),
            LogBytes = 256 << 10,
            Pool = SetBench.Quick,
        });
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Freeze();

        for (byte i = 1; i < 4; i++)
        {
            SetBench.Fill(map, 0, ReplicaBench.WindowBytes, i);
        }

        Assert.Equal(ReplicaState.Away, set.StatusOf(0).State);
        Assert.True(bench.IsEqual(1));
        bench.Ways[0].Heal();
        set.Rejoin(0);
        Assert.True(bench.IsEqual(0));
    }
}
