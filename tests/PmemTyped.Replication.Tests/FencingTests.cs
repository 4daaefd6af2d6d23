using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>Two writers never: a higher epoch ends whoever writes in a lower one (replication specification, 19.7).</summary>
public sealed class FencingTests
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);
    private static readonly RemotePoolOptions s_still = new() { HeartbeatInterval = TimeSpan.FromMinutes(1), Lanes = 2 };

    [Fact]
    public void A_promise_is_in_the_side_file_before_it_is_answered()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);

        Assert.Equal(GenerationRules.NextEpoch(0, 0), pool.Epoch);
        Assert.Equal(pool.Epoch, PromisedAt(bench));
    }

    [Fact]
    public void Every_open_gets_an_epoch_of_its_own_even_over_restarts()
    {
        using var bench = new ReplicaBench();
        using RemotePool first = bench.NewPool(s_still);
        first.Close();
        using RemotePool second = bench.Open(s_still);
        second.Close();
        bench.Server.Dispose();

        Assert.Equal(GenerationRules.NextEpoch(first.Epoch, 0), second.Epoch);
        Assert.Equal(second.Epoch, PromisedAt(bench));
    }

    [Theory]
    [InlineData("first lane")]
    [InlineData("second lane")]
    [InlineData("new lane")]
    [InlineData("attributes")]
    public void A_writer_with_a_higher_epoch_ends_the_other_one_on_every_connection(string via)
    {
        using var bench = new ReplicaBench();
        using RemotePool old = bench.NewPool(s_still);
        old.Persist(8192, 64);
        if (via == "second lane")
        {
            old.Persist(8192, 64, lane: 1);
        }

        bench.Fill(8192, 64, 5);
        using RemotePool taken = bench.Open(s_still with { Epoch = GenerationRules.NextEpoch(old.Epoch, 2) });
        taken.Persist(8192, 64);
        bench.Fill(8192, 64, 6);

        RemotePoolException refusal = Assert.Throws<RemotePoolException>(() => Use(old, via));
        Assert.Equal(RemoteErrno.Stale, refusal.Errno);
        Assert.True(refusal.IsFenced);
        if (via != "new lane")
        {
            Assert.True(Assert.Throws<RemotePoolException>(() => old.Persist(8192, 8)).IsFenced);
        }

        Assert.All(bench.PartBytesAt(8192, 64), b => Assert.Equal(5, b));
        taken.Persist(8192, 64);
        Assert.All(bench.PartBytesAt(8192, 64), b => Assert.Equal(6, b));
    }

    [Fact]
    public void A_writer_that_is_silent_learns_it_from_its_heartbeat()
    {
        using var bench = new ReplicaBench();
        using RemotePool old = bench.NewPool(new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(50) });

        using RemotePool taken = bench.Open(s_still with { Epoch = GenerationRules.NextEpoch(old.Epoch, 2) });

        Assert.True(SpinWait.SpinUntil(() => old.Failure is not null, TimeSpan.FromSeconds(10)));
        Assert.True(old.Failure!.IsFenced);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_session_that_comes_back_is_told_that_another_writer_took_over(bool isKept)
    {
        using var bench = new ReplicaBench(o => isKept ? o : o with { ResumeTimeout = TimeSpan.Zero });
        using RemotePool old = bench.NewPool(s_still);
        bench.Transport.Cut();
        Assert.True(SpinWait.SpinUntil(() => bench.Server.ConnectionCount == 0, s_slack));

        using RemotePool taken = bench.Open(s_still with { Epoch = GenerationRules.NextEpoch(old.Epoch, 2) });

        RemotePoolException refusal = Assert.Throws<RemotePoolException>(() => old.Persist(8192, 64));
        Assert.Equal((RemoteErrno.Stale, true), (refusal.Errno, refusal.IsFenced));
        taken.Persist(8192, 64);
    }

    [Fact]
    public void What_is_kept_of_ended_sessions_is_for_their_owners_and_bounded()
    {
        const ulong Epoch = 5 << 8;
        var ended = new EndedSessions();
        TargetSession session = Session("pool", Epoch);
        Guid ticket = session.NewTicket(s_slack);
        ended.Keep(session);
        ended.Keep(Session("other", Epoch));

        ended.FenceBelow("pool", Epoch);
        ended.FenceBelow("other", Epoch + 1);
        ended.ThrowIfFenced(ticket, "alice");
        ended.FenceBelow("pool", Epoch + 1);

        Assert.Equal(RemoteErrno.Stale, Assert.Throws<FrameException>(() => ended.ThrowIfFenced(ticket, "alice")).Error);
        Assert.Equal(RemoteErrno.Stale, Assert.Throws<FrameException>(() => ended.ThrowIfFenced(session.Token, "alice")).Error);
        ended.ThrowIfFenced(ticket, "bob");
        ended.ThrowIfFenced(Guid.NewGuid(), "alice");
        for (int i = 0; i < EndedSessions.MaxKept; i++)
        {
            ended.Keep(Session("more", Epoch));
        }

        ended.ThrowIfFenced(ticket, "alice");
    }

    [Fact]
    public void A_lower_epoch_opens_nothing_and_the_same_one_is_busy()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        pool.Close();
        ulong epoch = GenerationRules.NextEpoch(pool.Epoch, 3);
        using RemotePool taken = bench.Open(s_still with { Epoch = epoch });

        Assert.Equal(RemoteErrno.Stale, ErrnoOf(() => bench.Open(s_still with { Epoch = pool.Epoch })));
        Assert.Equal(RemoteErrno.Stale, ErrnoOf(() => bench.Open(s_still with { Epoch = epoch - 1 })));
        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => bench.Open(s_still with { Epoch = epoch })));
        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => bench.Open(s_still)));
        taken.Persist(8192, 64);
        taken.Close();
        bench.Open(s_still with { Epoch = epoch }).Close();
    }

    // Many writers at once, each with a higher epoch than it has seen: of the stores that are acknowledged none is lost to one of
    // a lower epoch.
    [Fact]
    public void Of_many_writers_the_last_epoch_stands()
    {
        const int Writers = 6;
        using var bench = new ReplicaBench();
        bench.NewPool(s_still).Close();
        ulong[] acknowledged = new ulong[Writers];
        PmemMap[] locals = [.. Enumerable.Range(0, Writers).Select(_ => bench.NewLocal(ReplicaBench.WindowBytes))];

        Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer =>
        {
            for (int round = 1; round <= 10; round++)
            {
                acknowledged[writer] = Math.Max(acknowledged[writer], WriteOnce(bench, locals[writer], writer, round));
            }
        });

        bench.Server.Dispose();
        Assert.Equal(acknowledged.Max(), BitConverter.ToUInt64(bench.PartBytesAt(8192, 8)));
    }

    [Fact]
    public void What_replicas_missed_goes_with_the_pool_and_other_files_stay()
    {
        using var bench = new ReplicaBench();
        bench.NewPool(s_still).Close();
        string place = bench.Part(ReplicaBench.Name, 0);
        foreach (int number in new[] { 1, 2, ReplicaMetadata.MaxNumber })
        {
            MissedRegionFile.Open(place, number, Guid.NewGuid(), ReplicaBench.WindowBytes).Dispose();
        }

        string[] others = [place + ".missed-3", place + ".missed-4", place + ".missed-x"];
        File.WriteAllText(others[0], "a note of somebody");
        File.WriteAllText(others[1], "no");
        File.Copy(place + ".missed-1", others[2]);

        RemotePool.Remove(bench.Transport, ReplicaBench.Name);

        Assert.Equal(others, Directory.GetFiles(bench.Directory.Path, "*.missed-*").Order());
    }

    [Fact]
    public void The_side_file_goes_with_the_pool()
    {
        using var bench = new ReplicaBench();
        bench.NewPool(s_still).Close();
        Assert.True(MetadataFile.Exists(bench.Part(ReplicaBench.Name, 0)));

        RemotePool.Remove(bench.Transport, ReplicaBench.Name);

        Assert.False(MetadataFile.Exists(bench.Part(ReplicaBench.Name, 0)));
        bench.WriteSet("pool.set.replica");
        Assert.Equal(Errno.Invalid, ErrnoOf(() => bench.Create(name: "pool.set.replica")));
    }

    // The epoch that was stored and acknowledged, or 0 when another one was faster.
    private static ulong WriteOnce(ReplicaBench bench, PmemMap local, int writer, int round)
    {
        ulong epoch = GenerationRules.NextEpoch((ulong)round << 8, writer + 1);
        try
        {
            using (scoped PmemMapLease lease = local.Lease())
            {
                lease.Copy(8192, BitConverter.GetBytes(epoch));
            }

            using RemotePool pool = RemotePool.Open(bench.Wire, ReplicaBench.Name, local, s_still with { Epoch = epoch });
            pool.Persist(8192, 8);
            return epoch;
        }
        catch (RemotePoolException e) when (e.IsFenced || e.Errno is RemoteErrno.ConnectionReset or RemoteErrno.Busy)
        {
            return 0;
        }
    }

    private static void Use(RemotePool pool, string via)
    {
        switch (via)
        {
            case "attributes":
                pool.SetAttributes(ReplicaBench.Attributes);
                break;
            case "first lane":
                pool.Persist(8192, 64);
                break;
            default:
                pool.Persist(8192, 64, lane: 1);
                break;
        }
    }

    private static ulong PromisedAt(ReplicaBench bench)
    {
        using MetadataFile file = MetadataFile.Open(bench.Directory.File(ReplicaBench.Name));
        return file.Current.PromisedEpoch;
    }

    private static TargetSession Session(string name, ulong epoch) => new(
        name, "alice", null!, new LaneFacts(null!, 4096, HasHeaders: false, epoch, ReplicaDurability.None), lanes: 1, isCreated: false);

    private static int ErrnoOf(Action call) => Assert.Throws<RemotePoolException>(call).Errno;
}
