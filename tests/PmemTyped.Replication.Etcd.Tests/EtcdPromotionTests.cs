using System.Text.Json.Nodes;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Etcd.Tests;

/// <summary>Who may be promoted, decided by a real etcd of three members (replication specification, 19.7).</summary>
public sealed class EtcdPromotionTests
{
    private const string Etcd = "etcd";
    private static readonly Guid s_set = new("00112233-4455-6677-8899-aabbccddeeff");

    [ProgramFact(Etcd)]
    public void Of_many_candidates_one_is_chosen_and_keeps_others_out_until_it_gives_up()
    {
        using var cluster = new EtcdCluster(Etcd);
        EtcdPromotionAuthority[] authorities = [.. Enumerable.Range(0, 6).Select(_ => cluster.NewAuthority())];
        bool[] chosen = new bool[authorities.Length];

        Parallel.For(0, chosen.Length, i => chosen[i] = authorities[i].TryGrant(Candidate(i), CancellationToken.None));

        int winner = Array.IndexOf(chosen, true);
        Assert.Equal(1, chosen.Count(c => c));
        Assert.Equal(Candidate(winner).ReplicaId, authorities[0].Holder(s_set));
        Assert.True(authorities[winner].TryGrant(Candidate(winner), CancellationToken.None));
        int other = (winner + 1) % chosen.Length;
        Assert.False(authorities[other].TryGrant(Candidate(other), CancellationToken.None));

        authorities[winner].Dispose();
        Assert.Null(authorities[other].Holder(s_set));
        Assert.True(authorities[other].TryGrant(Candidate(other), CancellationToken.None));
        Array.ForEach(authorities, a => a.Dispose());
    }

    [ProgramFact(Etcd)]
    public void One_member_may_be_killed_and_with_two_nobody_is_chosen()
    {
        using var cluster = new EtcdCluster(Etcd);
        using EtcdPromotionAuthority first = cluster.NewAuthority(lifetimeSeconds: 60);
        using EtcdPromotionAuthority second = cluster.NewAuthority(lifetimeSeconds: 60);
        Assert.True(first.TryGrant(Candidate(0), CancellationToken.None));

        cluster.Kill(0);
        EtcdCluster.WaitUntil(() => Answers(() => first.TryGrant(Candidate(0), CancellationToken.None)) == true);
        Assert.False(second.TryGrant(Candidate(1), CancellationToken.None));

        cluster.Kill(1);
        Assert.Throws<IOException>(() => second.TryGrant(Candidate(1), CancellationToken.None));
        Assert.Throws<IOException>(() => second.Holder(s_set));
    }

    [ProgramFact(Etcd)]
    public void The_primary_is_killed_and_a_replica_is_promoted_when_its_lease_is_over()
    {
        using var cluster = new EtcdCluster(Etcd);
        using var copies = new Copies(3, 2);
        Copies.Writer old = copies.Open(1);
        old.Resync(2);
        old.Resync(3);
        old.Store(8192, 5);
        HoldOnce(cluster, old.Primary.Metadata);
        old.Crash();
        using EtcdPromotionAuthority authority = cluster.NewAuthority();

        Assert.Throws<InvalidOperationException>(() => Promote(copies, authority));
        Assert.Equal(ReplicaRole.Replica, copies.Metadata(2).Role);
        EtcdCluster.WaitUntil(() => authority.Holder(copies.Metadata(2).SetUuid) is null);
        ReplicaMetadata promoted = Promote(copies, authority);

        Assert.Equal((ReplicaRole.Primary, false), (promoted.Role, promoted.IsForced));
        Assert.Equal(promoted.ReplicaId, authority.Holder(promoted.SetUuid));
        using Copies.Writer writer = copies.Open(2);
        writer.Resync(3);
        Assert.True(writer.Primary.MayAcknowledge);
        Assert.Equal(5, copies.Content(2)[4096]);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EtcdPromotionAuthority([], TimeSpan.FromSeconds(5)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new EtcdPromotionAuthority([new Uri("http://127.0.0.1:1")], TimeSpan.FromSeconds(1)));
        var nobody = new EtcdPromotionAuthority([new Uri("http://127.0.0.1:1")], TimeSpan.FromSeconds(5));
        Assert.Throws<IOException>(() => nobody.TryGrant(Candidate(1), CancellationToken.None));
        nobody.Dispose();
        Assert.Throws<ObjectDisposedException>(() => nobody.TryGrant(Candidate(1), CancellationToken.None));
    }

    // What a primary leaves that is killed right after it became the holder: nobody renews its lease.
    private static void HoldOnce(EtcdCluster cluster, ReplicaMetadata primary)
    {
        using var gateway = new EtcdGateway(cluster.Endpoints, TimeSpan.FromSeconds(5));
        JsonNode lease = gateway.Post("lease/grant", new JsonObject { ["TTL"] = "6" }, CancellationToken.None);
        Assert.True(gateway.TrySet(
            "pmemtyped/primary/" + primary.SetUuid.ToString("N"),
            primary.ReplicaId.ToString("N"),
            expected: null,
            EtcdGateway.TextOf(lease, "ID")!,
            CancellationToken.None));
    }

    private static ReplicaMetadata Promote(Copies copies, EtcdPromotionAuthority authority) =>
        ReplicaPromotion.Promote(copies.Peer(2), [copies.Peer(3)], authority, options: Copies.Still);

    private static PromotionRequest Candidate(int number) =>
        new(s_set, new Guid(number + 1, 0, 0, new byte[8]), number + 1, Guid.Empty);

    // While members choose a new leader, nobody answers.
    private static bool? Answers(Func<bool> ask)
    {
        try
        {
            return ask();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
