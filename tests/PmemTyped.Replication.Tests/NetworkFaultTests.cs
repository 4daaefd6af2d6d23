using System.Globalization;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// A scripted work over a network that is cut at every boundary of a frame, and beside them: what was acknowledged is there,
/// each lane is at a state that it passed through here, and both sides are equal when the network came back (replication
/// specification, 19.9). PMEMTYPED_NETWORK_CUTS is the number of cuts beside boundaries, 0 for all.
/// </summary>
public sealed class NetworkFaultTests
{
    private const int DefaultCuts = 20;
    private const int MoreFrames = 100;

    private static readonly RemotePoolOptions s_still = new()
    {
        Lanes = LaneScript.Lanes,
        HeartbeatInterval = TimeSpan.FromMinutes(1),
        OperationTimeout = TimeSpan.FromMinutes(1),
        ReconnectTimeout = TimeSpan.FromMinutes(1),
    };

    private static int MaxCuts => int.TryParse(
        Environment.GetEnvironmentVariable("PMEMTYPED_NETWORK_CUTS"), CultureInfo.InvariantCulture, out int cuts) ? cuts : DefaultCuts;

    public static TheoryData<string, bool> Habits
    {
        get
        {
            TheoryData<string, bool> rows = [];
            foreach (NetworkHabit habit in Enum.GetValues<NetworkHabit>())
            {
                rows.Add(habit.ToString(), false);
                rows.Add(habit.ToString(), true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public void A_cut_of_what_is_sent_is_mended_and_nobody_notices(string habit, bool cutsAll)
    {
        foreach (long at in Cuts(habit, Measured(habit).Boundaries))
        {
            string context = $"cut after {at} sent bytes";
            RequireMended(habit, context, n => { n.CutAfterSent = at; n.CutsAll = cutsAll; });
        }
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public void A_cut_of_what_is_received_is_mended_and_nobody_notices(string habit, bool cutsAll)
    {
        foreach (long at in Cuts(habit, Measured(habit).Arrivals))
        {
            string context = $"cut after {at} received bytes";
            RequireMended(habit, context, n => { n.CutAfterReceived = at; n.CutsAll = cutsAll; });
        }
    }

    [Theory]
    [MemberData(nameof(Habits))]
    public void A_cut_that_stays_leaves_a_prefix_of_each_lane_and_the_next_open_makes_both_equal(string habit, bool cutsAll)
    {
        foreach (long at in Cuts(habit, Measured(habit).Boundaries))
        {
            string context = $"cut after {at} sent bytes";
            using var bench = new ReplicaBench();
            SimulatedNetwork network = new(bench.Wire, Enum.Parse<NetworkHabit>(habit)) { CutAfterSent = at, CutsAll = cutsAll, StaysDown = true };
            LaneScript script = new(bench.Local);
            RemotePool pool = Begin(bench, network, s_still with { ReconnectTimeout = TimeSpan.FromMilliseconds(5) });

            RemotePoolException failure = Assert.Throws<RemotePoolException>(() => script.Run(pool, bench.Local));
            Assert.True(failure.IsFatal, context);
            Assert.Equal(RemoteErrno.ConnectionReset, failure.Errno);
            pool.Dispose();
            network.Heal();

            // Opening ends the session that was lost, as soon as the target sees it so; it holds still then.
            RemotePool? opened = null;
            Assert.True(SpinWait.SpinUntil(() => (opened = TryOpen(bench, network)) is not null, TimeSpan.FromSeconds(10)), context);
            using RemotePool again = opened!;
            for (int lane = 0; lane < LaneScript.Lanes; lane++)
            {
                _ = script.RequirePrefix(lane, bench.PartBytesAt(LaneScript.StartOf(lane), LaneScript.Length), context);
                again.Persist(LaneScript.StartOf(lane), LaneScript.Length, lane);
            }

            Assert.Empty(again.Verify());
        }
    }

    [Fact]
    public void A_sync_that_fails_at_the_target_is_told_and_nothing_after_it_is_called_durable()
    {
        var medium = new FailingListener();
        using var bench = new ReplicaBench(o => o with { Listener = medium });
        using RemotePool pool = bench.NewPool(s_still);
        bench.Fill(4096, 64, 1);
        pool.Persist(4096, 64);
        medium.Fails = true;

        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => pool.Persist(8192, 64));

        Assert.Equal(Errno.InputOutput, failure.Errno);
        Assert.True(failure.IsFatal);
        Assert.Same(failure, Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64, lane: 1)));
        Assert.Equal(bench.LocalBytes(4096, 64), bench.PartBytesAt(4096, 64));
    }

    [Fact]
    public void A_sync_that_failed_is_told_although_the_connection_was_cut_before_the_answer()
    {
        var medium = new FailingListener();
        using var bench = new ReplicaBench(o => o with { Listener = medium });
        bench.WriteSet();
        SimulatedNetwork network = new(bench.Wire, NetworkHabit.Plain) { CutAfterReceived = 0 };
        using RemotePool pool = Begin(bench, network, s_still);
        medium.Fails = true;

        Assert.Equal(Errno.InputOutput, Assert.Throws<RemotePoolException>(() => pool.Persist(8192, 64)).Errno);
        Assert.True(network.WasCut);
    }

    [Fact]
    public void A_full_disk_of_the_target_is_told_and_leaves_no_file()
    {
        using var bench = new ReplicaBench();
        const long More = 1L << 50;
        bench.WriteText(ReplicaBench.Name, $"PMEMPOOLSET\n2M {bench.Part(ReplicaBench.Name, 0)}\n{More} {bench.Part(ReplicaBench.Name, 1)}\n");

        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => bench.Create());

        Assert.Contains(failure.Errno, new[] { Errno.NoSpace, Errno.FileTooBig });
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 1)));
    }

    [Fact]
    public void A_range_that_changed_before_its_drain_is_not_sent_again()
    {
        using var bench = new ReplicaBench();
        SimulatedNetwork network = new(bench.Wire, NetworkHabit.Plain) { CutAfterReceived = 0 };
        using RemotePool pool = Begin(bench, network, s_still);
        bench.Fill(8192, 20_000, 1);
        pool.Flush(8192, 20_000, how: RemotePersist.Relaxed);
        bench.Fill(8192, 1, 2);

        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => pool.Drain());

        Assert.True(failure.IsFatal);
        Assert.Contains("changed", failure.Message, StringComparison.Ordinal);
    }

    private static void RequireMended(string habit, string context, Action<SimulatedNetwork> with)
    {
        using var bench = new ReplicaBench();
        SimulatedNetwork network = new(bench.Wire, Enum.Parse<NetworkHabit>(habit));
        with(network);
        LaneScript script = new(bench.Local);
        using RemotePool pool = Begin(bench, network, s_still);

        script.Run(pool, bench.Local);

        // The target puts acknowledgements together as it likes, so the last of them may take more frames than were counted.
        for (int more = 0; !network.WasCut && more < MoreFrames; more++)
        {
            pool.Persist(LaneScript.StartOf(0), 8);
        }

        Assert.True(network.WasCut, context);
        network.Disarm();
        Assert.True(script.IsDone, context);
        Assert.Null(pool.Failure);
        Assert.Empty(pool.Verify());
        for (int lane = 0; lane < LaneScript.Lanes; lane++)
        {
            _ = script.RequirePrefix(lane, bench.PartBytesAt(LaneScript.StartOf(lane), LaneScript.Length), context);
        }

        pool.Close();
    }

    private static RemotePool Begin(ReplicaBench bench, SimulatedNetwork network, RemotePoolOptions options)
    {
        bench.WriteSet();
        RemotePool pool = RemotePool.Create(
            network, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes, options with { ConnectsAllLanes = true });
        network.Arm();
        return pool;
    }

    private static RemotePool? TryOpen(ReplicaBench bench, SimulatedNetwork network)
    {
        try
        {
            return RemotePool.Open(network, ReplicaBench.Name, bench.Local, s_still);
        }
        catch (RemotePoolException e) when (e.Errno == RemoteErrno.Busy)
        {
            return null;
        }
    }

    private static SimulatedNetwork Measured(string habit)
    {
        using var bench = new ReplicaBench();
        SimulatedNetwork network = new(bench.Wire, Enum.Parse<NetworkHabit>(habit));
        using RemotePool pool = Begin(bench, network, s_still);
        new LaneScript(bench.Local).Run(pool, bench.Local);
        network.Disarm();
        return network;
    }

    // At each boundary where the network does nothing else, and in the middle of some; fewer where it does.
    private static List<long> Cuts(string habit, List<long> boundaries)
    {
        long[] ends = [0, .. boundaries.Distinct().Order()];
        List<long> at = [.. ends.SkipLast(1)];
        List<long> between = [.. at.SelectMany((e, i) => new[] { e + 1, (e + ends[i + 1]) / 2 }).Except(at).Distinct().Order()];
        return habit == nameof(NetworkHabit.Plain)
            ? [.. at.Concat(Sampled(between, MaxCuts / 2)).Order()]
            : Sampled([.. at.Concat(between).Order()], MaxCuts);
    }

    private static List<long> Sampled(List<long> all, int most)
    {
        most = MaxCuts == 0 ? all.Count : Math.Min(most, all.Count);
        return [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)])];
    }
}
