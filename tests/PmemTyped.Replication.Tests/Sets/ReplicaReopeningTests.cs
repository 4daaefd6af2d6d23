using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>What an open of a set with a history compares, whom it leaves behind, and whom it refuses.</summary>
public sealed class ReplicaReopeningTests
{
    [Fact]
    public void After_a_close_in_good_order_only_what_was_stored_last_is_compared_and_after_a_crash_everything()
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Fail);
        ReplicaSet set = bench.Create(options);
        using (PmemMap map = bench.Observed(set))
        {
            SetBench.Fill(map, 5 * HistoryBench.RegionBytes, 64, 7);
        }

        set.Dispose();
        Assert.True(bench.Mine.IsLevel);
        set = bench.Open(options);
        Assert.Equal(1, bench.Compared);

        // Stored, and told to nobody before the crash.
        SetBench.Fill(bench.Local, 9 * HistoryBench.RegionBytes, 64, 8);
        set.Abandon();
        using ReplicaSet again = bench.Open(options);
        Assert.Equal(HistoryBench.Regions, bench.Compared);
        Assert.True(bench.IsEqual(0));
        Assert.True(bench.IsEqual(1));
    }

    [Fact]
    public void What_a_lost_replica_missed_is_known_after_a_restart()
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Fail);
        using (ReplicaSet set = bench.Create(options))
        {
            using PmemMap map = bench.Observed(set);
            bench.Ways[0].Cut();
            Assert.Throws<ReplicaSetException>(() => SetBench.Fill(map, 5 * HistoryBench.RegionBytes, 64, 7));
        }

        bench.Ways[0].Heal();
        Assert.Equal((true, false), (bench.Mine.IsClean, bench.Mine.IsLevel));
        using ReplicaSet again = bench.Open(options);

        Assert.InRange(bench.Compared, 1, 2);
        Assert.True(bench.IsEqual(0));
    }

    [Fact]
    public void A_replica_that_is_away_at_an_open_is_left_behind_before_anything_is_stored()
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.Quorum(2), ReplicaLoss.Fail);
        bench.Create(options).Dispose();
        Guid first = bench.Mine.Generation;
        bench.Ways[0].Cut();

        using ReplicaSet set = bench.Open(options);

        Assert.NotEqual(first, bench.Mine.Generation);
        Assert.Equal((bench.Mine.Generation, 1UL << 2), (bench.Theirs(1).Generation, bench.Mine.Away));
        bench.Ways[0].Heal();
        set.Rejoin(0);
        Assert.Equal(bench.Mine.Generation, bench.Theirs(0).Generation);
    }

    [Fact]
    public void A_policy_with_fewer_copies_is_taken_up_when_all_copies_know()
    {
        using var bench = new HistoryBench(2);
        bench.Create(HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Fail)).Dispose();
        ReplicaSetOptions quorum = HistoryBench.With(ReplicaPolicy.Quorum(2), ReplicaLoss.Fail);
        bench.Ways[0].Cut();
        Assert.Throws<InvalidOperationException>(() => bench.Open(quorum));
        Assert.True(bench.Mine.IsLevel);
        bench.Ways[0].Heal();

        bench.Open(quorum).Dispose();

        Assert.Equal((2, 2, 2), (bench.Mine.LeastCopies, bench.Theirs(0).LeastCopies, bench.Theirs(1).LeastCopies));
    }

    [Fact]
    public void A_copy_that_was_promoted_by_force_goes_on_alone_until_another_one_follows()
    {
        using var bench = new HistoryBench(1);
        bench.Create(HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Fail)).Dispose();
        ReplicaSetOptions degrade = HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Degrade);
        bench.Ways[0].Cut();
        Assert.Throws<ReplicaConflictException>(() => bench.Open(degrade));
        Assert.Throws<ReplicaConflictException>(() => ReplicaPromotion.PromoteHere(bench.Pool, [bench.Peer(0)], options: degrade.Pool));

        _ = ReplicaPromotion.PromoteHere(bench.Pool, [bench.Peer(0)], force: true, options: degrade.Pool);
        using ReplicaSet set = bench.Open(degrade);

        using PmemMap map = bench.Observed(set);
        SetBench.Fill(map, 4096, 64, 7);
        Assert.Equal((true, 1), (bench.Mine.IsAlone, bench.Mine.LeastCopies));
        bench.Ways[0].Heal();
        set.Rejoin(0);
        Assert.True(bench.IsEqual(0));
        Assert.Equal((false, true), (bench.Mine.IsAlone, bench.Mine.IsForced));
    }

    [Fact]
    public void Replicas_in_another_order_or_number_are_refused()
    {
        using var bench = new HistoryBench(2);
        ReplicaSetOptions options = HistoryBench.With(ReplicaPolicy.All, ReplicaLoss.Fail);
        bench.Create(options).Dispose();
        ReplicaEndpoint[] swapped = [new(bench.Ways[1], HistoryBench.NameOf(1)), new(bench.Ways[0], HistoryBench.NameOf(0))];

        ReplicaConflictException order = Assert.Throws<ReplicaConflictException>(
            () => ReplicaSet.Open(bench.Local, swapped, header: null, options));
        InvalidOperationException number = Assert.Throws<InvalidOperationException>(
            () => ReplicaSet.Open(bench.Local, [swapped[0]], header: null, options));

        Assert.Contains("order of their numbers", order.Message, StringComparison.Ordinal);
        Assert.Contains("3 copies", number.Message, StringComparison.Ordinal);
        bench.Open(options).Dispose();
    }
}
