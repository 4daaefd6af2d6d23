using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>Who may become the writer, who must not, and what becomes of the old one (replication specification, 19.7).</summary>
public sealed class PromotionTests
{
    [Fact]
    public void A_replica_is_promoted_and_the_old_primary_acknowledges_nothing_more()
    {
        using var copies = new Copies(3, 2);
        using Copies.Writer old = Attached(copies);
        old.Store(8192, 5);

        ReplicaMetadata promoted = ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], options: Copies.Still);

        Assert.Equal((ReplicaRole.Primary, 2, false), (promoted.Role, promoted.Number, promoted.IsForced));
        Assert.True(promoted.PromisedEpoch > old.Primary.Epoch);
        RemotePool second = old.Pool(2);
        RemotePool third = old.Pool(3);
        Assert.All(new[] { second, third }, p => Assert.True(Assert.Throws<RemotePoolException>(() => p.Persist(8192, 8)).IsFenced));
        Assert.True(Assert.Throws<RemotePoolException>(() => old.Primary.ContinueWithout(2)).IsFenced);
        Assert.False(old.Primary.MayAcknowledge);
    }

    [Fact]
    public void The_new_primary_goes_on_and_the_old_one_returns_as_its_replica()
    {
        using var copies = new Copies(3, 2);
        Copies.Writer old = Attached(copies);
        old.Store(8192, 5);
        old.StoreUntold(12 * Copies.RegionBytes, 9);
        old.Crash();
        _ = ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], options: Copies.Still);

        using Copies.Writer writer = copies.Open(2);
        Assert.False(writer.Primary.MayAcknowledge);
        writer.Resync(3);
        Assert.True(writer.Primary.MayAcknowledge);
        writer.Store(5 * Copies.RegionBytes, 6);
        ResyncProgress back = writer.Resync(1);

        // The region that nobody was told of, and the new one.
        Assert.Equal(2, back.RegionsSent);
        Assert.Equal(5, copies.Content(2)[4096]);
        Assert.Equal(copies.Content(2), copies.Content(1));
        Assert.Equal(copies.Content(2), copies.Content(3));
        Assert.Equal(ReplicaRole.Replica, copies.Metadata(1).Role);
    }

    [Fact]
    public void An_old_primary_that_is_started_again_is_refused_and_does_not_disturb_its_successor()
    {
        using var copies = new Copies(3, 2);
        Attached(copies).Crash();
        _ = ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], options: Copies.Still);
        using Copies.Writer writer = copies.Open(2);
        writer.Resync(3);
        ReplicaMetadata before = copies.Metadata(3);

        Assert.Throws<ReplicaConflictException>(() => copies.Open(1));

        Assert.Equal(before, copies.Metadata(3));
        writer.Store(8192, 7);
        Assert.True(writer.Primary.MayAcknowledge);
        Assert.Equal(7, copies.Content(3)[4096]);
    }

    [Fact]
    public void A_replica_that_was_left_behind_is_not_promoted_and_both_histories_are_told()
    {
        using var copies = new Copies(3, 2);
        Copies.Writer writer = Attached(copies);
        copies.TransportOf(3).Cut();
        writer.Primary.Detach(3);
        writer.Primary.ContinueWithout(3);
        writer.Crash();
        copies.TransportOf(3).Heal();

        ReplicaConflictException refusal = Assert.Throws<ReplicaConflictException>(
            () => ReplicaPromotion.Promote(copies.Peer(3), [copies.Peer(2)], options: Copies.Still));

        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Short(copies.Metadata(2).Generation), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Short(copies.Metadata(3).Generation), refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ReplicaRole.Replica, copies.Metadata(3).Role);
        _ = ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], options: Copies.Still);
    }

    [Fact]
    public void Without_a_majority_only_a_human_promotes_and_the_split_brain_is_refused_later()
    {
        using var copies = new Copies(2, 1);
        Copies.Writer writer = Attached(copies);
        writer.Primary.Detach(2);
        writer.Primary.ContinueWithout(2);
        writer.Store(8192, 5);
        writer.Crash();
        copies.TransportOf(1).Cut();

        ReplicaConflictException tooFew = Assert.Throws<ReplicaConflictException>(
            () => ReplicaPromotion.Promote(copies.Peer(2), copies.Others(2), options: Copies.Still));
        Assert.Contains("0 other copies promised, 1 that know the set are needed", tooFew.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => ReplicaPromotion.Promote(copies.Peer(2), [], new Authority(true), force: true, Copies.Still));
        ReplicaMetadata forced = ReplicaPromotion.Promote(copies.Peer(2), copies.Others(2), force: true, options: Copies.Still);

        Assert.True(forced.IsForced);
        copies.TransportOf(1).Heal();
        ReplicaConflictException split = Assert.Throws<ReplicaConflictException>(() => copies.Open(2));
        Assert.Contains("split brain", split.Message, StringComparison.Ordinal);
        Assert.Contains("promoted by force", split.Message, StringComparison.Ordinal);
        Assert.Contains(Short(copies.Metadata(1).Generation), split.Message, StringComparison.Ordinal);
        Assert.Contains(Short(copies.Metadata(2).Generation), split.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_authority_decides_whether_a_candidate_is_promoted(bool grants)
    {
        using var copies = new Copies(3, 2);
        Attached(copies).Crash();
        var authority = new Authority(grants);
        ReplicaMetadata before = copies.Metadata(2);

        Exception? refusal = Record.Exception(
            () => ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], authority, options: Copies.Still));

        Assert.Equal(grants, refusal is null);
        Assert.Equal(new PromotionRequest(before.SetUuid, before.ReplicaId, 2, before.Generation), authority.Asked);
        Assert.Equal(grants ? ReplicaRole.Primary : ReplicaRole.Replica, copies.Metadata(2).Role);
        Assert.Equal(grants, copies.Metadata(3).PromisedEpoch > before.PromisedEpoch);
    }

    [Fact]
    public void A_pool_that_was_promoted_is_not_opened_by_who_has_no_epoch()
    {
        using var copies = new Copies(3, 2);
        Attached(copies).Crash();
        _ = ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], options: Copies.Still);

        Copies.Writer? none = null;
        Assert.Throws<InvalidOperationException>(() => none = copies.Open(3));
        Assert.Null(none);
        using Copies.Writer writer = copies.Open(2);
        writer.Dispose();
        using PmemSource source = PmemSource.Anonymous(2 << 20);
        using PmemMap local = PmemMap.Map(source);
        RemotePoolException refusal = Assert.Throws<RemotePoolException>(
            () => RemotePool.Open(copies.Peer(2).Transport, copies.Peer(2).Name, local, Copies.Still));
        Assert.True(refusal.IsFenced);
    }

    // A disk that was replaced forgot what it held and promised.
    [Fact]
    public void A_copy_without_history_does_not_count()
    {
        using var copies = new Copies(3, 2);
        Attached(copies).Crash();
        copies.TransportOf(1).Cut();
        File.Delete(copies.Path(3) + ".part.replica");

        ReplicaConflictException refusal = Assert.Throws<ReplicaConflictException>(
            () => ReplicaPromotion.Promote(copies.Peer(2), copies.Others(2), options: Copies.Still));

        Assert.Contains("may not write", refusal.Message, StringComparison.Ordinal);
    }

    private static Copies.Writer Attached(Copies copies)
    {
        Copies.Writer writer = copies.Open(1);
        for (int number = 2; number <= copies.Count; number++)
        {
            writer.Resync(number);
        }

        return writer;
    }

    private static string Short(Guid generation) => generation.ToString("N")[..8];

    private sealed class Authority(bool grants) : IPromotionAuthority
    {
        internal PromotionRequest? Asked { get; private set; }

        public bool TryGrant(PromotionRequest request, CancellationToken cancellation)
        {
            Asked = request;
            return grants;
        }
    }
}
