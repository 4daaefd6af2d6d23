using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>
/// A set keeps the history of its pool: who counts is durable before a write is acknowledged without the others, who was
/// replaced stores nothing more, and who comes back gets what it lacks.
/// </summary>
public sealed class ReplicaHistoryTests
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);

    [Fact]
    public void The_generation_without_a_lost_replica_is_durable_at_members_then_here_then_the_write_returns()
    {
        using var bench = new HistoryBench(2);
        using ReplicaSet set = bench.Create(HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Degrade));
        using PmemMap map = bench.Observed(set);
        Guid first = bench.Mine.Generation;
        List<(string Name, bool IsOldHere, bool HasReturned)> steps = [];
        bool hasReturned = false;
        bench.Changed = name => steps.Add((name, bench.Mine.Generation == first, hasReturned));
        bench.Ways[0].Cut();

        SetBench.Fill(map, 4096, 64, 7);
        hasReturned = true;

        Assert.Equal([("r1.set", true, false)], steps);
        Assert.NotEqual(first, bench.Mine.Generation);
        Assert.Equal((bench.Mine.Generation, first), (bench.Theirs(1).Generation, bench.Mine.Previous));
        Assert.Equal((1UL << 2, first), (bench.Mine.Away, bench.Theirs(0).Generation));
        Assert.Equal(7, bench.ByteAt(1, 4096));
        SetBench.Fill(map, 4096, 64, 8);
        Assert.Single(steps);
    }

    [Fact]
    public void A_member_that_is_lost_while_it_is_told_is_left_behind_too()
    {
        using var bench = new HistoryBench(2);
        using ReplicaSet set = bench.Create(HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Degrade));
        using PmemMap map = bench.Observed(set);
        bench.Changed = name => bench.Ways[1].Cut();
        bench.Ways[0].Cut();

        SetBench.Fill(map, 4096, 64, 7);

        bench.Changed = null;
        Assert.Equal((1UL << 2) | (1UL << 3), bench.Mine.Away);
        Assert.NotEqual(bench.Mine.Generation, bench.Theirs(1).Generation);
        Assert.Equal((ReplicaState.Away, ReplicaState.Away), (set.StatusOf(0).State, set.StatusOf(1).State));
        Array.ForEach(bench.Ways, w => w.Heal());
        set.Rejoin(0);
        set.Rejoin(1);
        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
        Assert.Equal((0UL, bench.Mine.Generation, bench.Mine.Generation), (bench.Mine.Away, bench.Theirs(0).Generation, bench.Theirs(1).Generation));
    }

    // The row of the design: a new generation is durable at a member, not at the primary, and nothing was acknowledged in it.
    [Fact]
    public void A_primary_that_dies_between_the_member_and_itself_is_behind_and_the_member_is_promoted()
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.Quorum(2), ReplicaLoss.Fail);
        ReplicaSet set = bench.Create(options);
        Dictionary<string, byte[]>? image = null;
        using (PmemMap map = bench.Observed(set))
        {
            SetBench.Fill(map, 4096, 64, 6);
            bench.Changed = _ => image ??= bench.Histories();
            bench.Ways[0].Cut();
            SetBench.Fill(map, 4096, 64, 7);
        }

        bench.Changed = null;
        set.Abandon();
        HistoryBench.Restore(image!);
        bench.Ways[0].Heal();

        ReplicaConflictException refusal = Assert.Throws<ReplicaConflictException>(() => bench.Open(options));

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        ReplicaMetadata promoted = ReplicaPromotion.Promote(bench.Peer(1), [bench.Peer(0)], options: options.Pool);
        Assert.Equal((ReplicaRole.Primary, 3), (promoted.Role, promoted.Number));
        Assert.Equal(7, bench.ByteAt(1, 4096));
    }

    [Fact]
    public void A_replica_that_was_left_behind_is_not_promoted()
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.Quorum(2), ReplicaLoss.Fail);
        ReplicaSet set = bench.Create(options);
        using (PmemMap map = bench.Observed(set))
        {
            bench.Ways[0].Cut();
            SetBench.Fill(map, 4096, 64, 7);
        }

        set.Abandon();
        bench.Ways[0].Heal();

        ReplicaConflictException refusal = Assert.Throws<ReplicaConflictException>(
            () => ReplicaPromotion.Promote(bench.Peer(0), [bench.Peer(1)], options: options.Pool));

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        _ = ReplicaPromotion.Promote(bench.Peer(1), [bench.Peer(0)], options: options.Pool);
        Assert.Equal(7, bench.ByteAt(1, 4096));
    }

    [Theory]
    [InlineData(ReplicaLoss.Fail)]
    [InlineData(ReplicaLoss.Block)]
    public void A_replica_that_is_waited_for_is_not_left_behind(ReplicaLoss loss)
    {
        using var bench = new HistoryBench(2);
        using ReplicaSet set = bench.Create(HistoryBench.With(ReplicaPolicy.All, loss) with { BlockLimit = TimeSpan.FromMilliseconds(50) });
        using PmemMap map = bench.Observed(set);
        Guid first = bench.Mine.Generation;
        Assert.Equal((3, 3), (bench.Mine.LeastCopies, bench.Theirs(1).LeastCopies));
        bench.Ways[0].Cut();

        Assert.Throws<ReplicaSetException>(() => SetBench.Fill(map, 4096, 64, 7));

        Assert.Equal((first, 0UL), (bench.Mine.Generation, bench.Mine.Away));
        Assert.Equal(1, set.StatusOf(0).MissedRegions);
    }

    [Fact]
    public void A_quorum_goes_on_without_one_and_fails_without_two()
    {
        using var bench = new HistoryBench(2);
        using ReplicaSet set = bench.Create(HistoryBench.With(ReplicaPolicy.Quorum(2), ReplicaLoss.Fail));
        using PmemMap map = bench.Observed(set);
        Assert.Equal(2, bench.Mine.LeastCopies);
        bench.Ways[0].Cut();
        SetBench.Fill(map, 4096, 64, 7);
        Assert.Equal(1UL << 2, bench.Mine.Away);
        Guid second = bench.Mine.Generation;
        bench.Ways[1].Cut();

        Assert.Throws<ReplicaSetException>(() => SetBench.Fill(map, 4096, 64, 8));

        Assert.Equal((second, 1UL << 2), (bench.Mine.Generation, bench.Mine.Away));
        bench.Ways[1].Heal();
        set.Rejoin(1);
        SetBench.Fill(map, 4096, 64, 9);
        Assert.Equal(9, bench.ByteAt(1, 4096));
    }

    [Theory]
    [InlineData(ReplicaLoss.Degrade, true)]
    [InlineData(ReplicaLoss.Fail, true)]
    [InlineData(ReplicaLoss.Degrade, false)]
    public void A_primary_that_was_replaced_ends_its_set_and_stores_nothing_more(ReplicaLoss loss, bool isIdle)
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.All, loss);
        ReplicaSet set = bench.Create(options);
        using PmemMap map = bench.Observed(set);
        Guid generation = bench.Mine.Generation;
        _ = ReplicaPromotion.Promote(bench.Peer(0), [bench.Peer(1)], force: true, options: options.Pool);

        if (isIdle)
        {
            // Only the signs of life can have said so.
            Exception? refusal = null;
            Assert.True(SpinWait.SpinUntil(
                () => (refusal = Record.Exception(() => ((IPersistObserver)set).OnBatchBegins())) is not null, s_slack));
            Assert.IsType<ReplicaConflictException>(refusal);
        }

        Assert.Throws<ReplicaConflictException>(() => SetBench.Fill(map, 4096, 64, 7));

        Assert.Throws<ReplicaConflictException>(() => ((IPersistObserver)set).OnBatchBegins());
        Assert.Throws<ReplicaConflictException>(() => set.Drain());
        Assert.Throws<ReplicaConflictException>(() => set.Rejoin(0));
        Assert.Equal((generation, 0UL), (bench.Mine.Generation, bench.Mine.Away));
        Assert.Equal((0, 0), (bench.ByteAt(0, 4096), bench.ByteAt(1, 4096)));
        set.Dispose();
        Assert.False(bench.Mine.IsClean);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_comes_back_while_others_write_and_is_equal_afterwards(bool isQuorum)
    {
        using var bench = new HistoryBench(2);
        using ReplicaSet set = bench.Create(HistoryBench.With(
            isQuorum ? ReplicaPolicy.Quorum(2) : ReplicaPolicy.All, isQuorum ? ReplicaLoss.Fail : ReplicaLoss.Degrade));
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Cut();
        SetBench.Fill(map, 0, HistoryBench.PoolBytes, 1);
        using var stop = new CancellationTokenSource();
        long[] written = new long[2];
        Task[] writing = [.. Enumerable.Range(0, 2).Select(n => Task.Run(() =>
        {
            var random = new Random(n);
            while (!stop.IsCancellationRequested)
            {
                SetBench.Fill(map, random.NextInt64((HistoryBench.PoolBytes / 64) - 100) * 64, 64 + random.Next(5000), (byte)random.Next());
                written[n]++;
            }
        }))];
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref written[0]) > 0, s_slack));

        bench.Ways[0].Heal();
        long before = Volatile.Read(ref written[0]);
        set.Rejoin(0);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref written[0]) > before, s_slack));
        await stop.CancelAsync();

        await Task.WhenAll(writing).WaitAsync(s_slack);
        Assert.Equal(ReplicaState.InSync, set.StatusOf(0).State);
        Assert.Equal((0UL, bench.Mine.Generation), (bench.Mine.Away, bench.Theirs(0).Generation));
        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
    }

    [Fact]
    public void A_replica_that_is_lost_again_while_it_comes_back_stays_away_and_the_next_rejoin_goes_on()
    {
        using var bench = new HistoryBench(1);
        using ReplicaSet set = bench.Create(HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Degrade));
        using PmemMap map = bench.Observed(set);
        bench.Ways[0].Cut();
        SetBench.Fill(map, 0, HistoryBench.PoolBytes, 1);
        bench.Ways[0].Heal();
        bench.Ways[0].CutAfter(5 << 20);

        Assert.Throws<RemotePoolException>(() => set.Rejoin(0));

        Assert.Equal((ReplicaState.Away, 1UL << 2), (set.StatusOf(0).State, bench.Mine.Away));
        Assert.Equal(ReplicaRole.Syncing, bench.Theirs(0).Role);
        Assert.True(set.StatusOf(0).MissedRegions < HistoryBench.Regions);
        SetBench.Fill(map, 100, 64, 9);
        bench.Ways[0].Heal();
        set.Rejoin(0);
        Assert.True(bench.IsEqual(0));
        Assert.Equal((ReplicaRole.Replica, 0UL), (bench.Theirs(0).Role, bench.Mine.Away));
    }
}
