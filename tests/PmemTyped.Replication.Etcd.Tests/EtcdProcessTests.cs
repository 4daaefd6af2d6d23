using System.Diagnostics;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Etcd.Tests;

/// <summary>A primary that is a process, killed as a machine that loses its power; etcd says who follows it.</summary>
public sealed class EtcdProcessTests
{
    private const string Etcd = "etcd";
    private const int Acknowledged = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [ProgramFact(Etcd)]
    public void A_primary_that_is_killed_is_replaced_through_etcd_and_refused_when_it_is_started_again()
    {
        using var cluster = new EtcdCluster(Etcd);
        using var pool = new PrimaryProcess();
        using EtcdPromotionAuthority authority = cluster.NewAuthority();
        int acknowledged = PrimaryProcess.KillAfter(pool.Start(cluster.Endpoints), Acknowledged);
        Assert.InRange(acknowledged, Acknowledged, int.MaxValue);

        // Nobody else before the lease of the dead is over.
        EtcdCluster.WaitUntil(() => authority.Holder(pool.MetadataOf(0).SetUuid) is null);
        ReplicaMetadata promoted = ReplicaPromotion.Promote(pool.Peer(0), [pool.Peer(1)], authority);

        Assert.Equal((ReplicaRole.Primary, 2, false), (promoted.Role, promoted.Number, promoted.IsForced));
        Assert.Equal(promoted.ReplicaId, authority.Holder(promoted.SetUuid));
        int[] held = [pool.NumberAt(0), pool.NumberAt(1)];
        Assert.True(held[0] >= acknowledged, FormattableString.Invariant($"{acknowledged} was acknowledged, {held[0]} is held"));

        // Etcd does not choose it, and where it does not ask, the copies do not obey it.
        Assert.Equal(PrimaryProcess.NotChosen, ExitCodeOf(pool.Start(cluster.Endpoints)));
        Assert.Equal(PrimaryProcess.Fenced, ExitCodeOf(pool.Start([])));
        Assert.Equal((held[0], held[1]), (pool.NumberAt(0), pool.NumberAt(1)));
        Assert.Equal(promoted, pool.MetadataOf(0));
    }

    private static int ExitCodeOf(Process process)
    {
        Assert.True(process.WaitForExit(s_patience), "It does not end.");
        return process.ExitCode;
    }
}
