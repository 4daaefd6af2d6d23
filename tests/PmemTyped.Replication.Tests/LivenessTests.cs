using System.Diagnostics;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>No call hangs, whatever becomes of the target. The limits are generous: a slow machine is no failure.</summary>
public sealed class LivenessTests
{
    private static readonly TimeSpan s_noticed = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(30);

    private static readonly RemotePoolOptions s_quick = new()
    {
        HeartbeatInterval = TimeSpan.FromMilliseconds(300),
        OperationTimeout = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public void A_frozen_target_is_noticed_within_four_seconds_by_default()
    {
        using var bench = new ReplicaBench();
        long start = Stopwatch.GetTimestamp();
        RemotePool pool = bench.NewPool();
        bench.Transport.Freeze();

        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64));

        // A beat later at most somebody waits for a sign of life, and no longer than the rest of the time; a loaded machine may
        // make more of it. The call itself would wait for longer, and fail with another number.
        TimeSpan beat = new RemotePoolOptions().HeartbeatInterval;
        Assert.InRange(bench.Transport.LeastFrozenMs, 1, (int)(s_noticed - beat).TotalMilliseconds);
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(2.9));
        Assert.True(failure.IsFatal);
        Assert.Equal(RemoteErrno.ConnectionReset, failure.Errno);
        Assert.Equal(RemoteErrno.ConnectionReset, Assert.Throws<RemotePoolException>(pool.Close).Errno);
    }

    // Its kernel takes connections all the same. Creating a large pool may last, the first sign of life may not.
    [Fact]
    public async Task A_frozen_target_is_noticed_within_four_seconds_by_whoever_comes_new()
    {
        using var bench = new ReplicaBench();
        bench.NewPool().Close();
        bench.Transport.Freeze();

        Task<RemotePoolException>[] asking =
        [
            Assert.ThrowsAsync<RemotePoolException>(() => Task.Run(() => RemotePool.Stat(bench.Transport, ReplicaBench.Name))),
            Assert.ThrowsAsync<RemotePoolException>(() => Task.Run(() => bench.Open())),
        ];

        foreach (RemotePoolException failure in await Task.WhenAll(asking).WaitAsync(s_slack))
        {
            Assert.Equal((RemoteErrno.TimedOut, RemoteStage.Connect), (failure.Errno, failure.Stage));
            Assert.Contains("stopped or overloaded", failure.Message, StringComparison.Ordinal);
        }

        Assert.InRange(bench.Transport.LeastFrozenMs, 1, (int)s_noticed.TotalMilliseconds);
    }

    [Fact]
    public void A_frozen_target_is_noticed_without_a_call()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_quick);
        bench.Transport.Freeze();

        Assert.True(SpinWait.SpinUntil(() => pool.Failure is not null, s_slack));
        Assert.Equal(RemoteStage.Heartbeat, pool.Failure!.Stage);
    }

    public static TheoryData<string> Calls => ["persist", "deep", "flush", "drain", "read", "attributes", "verify", "close"];

    [Theory]
    [MemberData(nameof(Calls))]
    public void Every_call_ends_when_the_target_is_frozen(string call)
    {
        using var bench = new ReplicaBench(o => o with { MaxFrameBytes = 8192, WindowBytes = 8192, WindowFrames = 2 });
        RemotePool pool = bench.NewPool(s_quick);
        pool.Flush(4096, 64);
        bench.Transport.Freeze();
        long start = Stopwatch.GetTimestamp();

        Assert.Throws<RemotePoolException>(() => Do(pool, call));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, s_slack);
        pool.Dispose();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Every_call_ends_when_the_target_is_gone(string call)
    {
        using var bench = new ReplicaBench();
        RemotePool pool = bench.NewPool(new RemotePoolOptions { ReconnectTimeout = TimeSpan.FromMilliseconds(300) });
        pool.Flush(4096, 64);
        bench.Server.Dispose();

        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => Do(pool, call == "flush" ? "drain" : call));

        Assert.Equal(RemoteErrno.ConnectionReset, failure.Errno);
        Assert.True(failure.IsFatal);
        if (call != "close")
        {
            Assert.Same(failure, Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 8)));
            Assert.Equal(RemoteErrno.ConnectionReset, Assert.Throws<RemotePoolException>(pool.Close).Errno);
        }
    }

    [Fact]
    public void Who_waits_is_woken_when_the_connection_is_cut()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_quick with { HeartbeatInterval = TimeSpan.FromMinutes(1), OperationTimeout = TimeSpan.Zero });
        bench.Transport.Freeze();
        Task waiting = Task.Run(() => pool.Persist(4096, 64));
        Thread.Sleep(50);

        bench.Transport.Cut();

        Assert.Throws<RemotePoolException>(() => waiting.GetAwaiter().GetResult());
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_and_leaves_the_handle_usable()
    {
        using var bench = new ReplicaBench();
        await using RemotePool pool = bench.NewPool(s_quick with { HeartbeatInterval = TimeSpan.FromMinutes(1), OperationTimeout = TimeSpan.Zero });
        bench.Fill(4096, 128, 1);
        bench.Transport.Freeze();
        using var cancellation = new CancellationTokenSource(100);

        // The frame itself is lost here, which a frozen network would deliver later; only the waiting is looked at.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.PersistAsync(4096, 0, cancellation: new CancellationToken(true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.PersistAsync(4096, 64, cancellation: cancellation.Token));

        Assert.Null(pool.Failure);
        bench.Transport.Cut();
    }

    [Fact]
    public void A_lane_that_cannot_be_connected_does_not_spoil_the_others()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { Lanes = 2 });
        bench.Transport.Left = 0;

        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64, lane: 1));

        Assert.Equal(RemoteStage.Lane, failure.Stage);
        Assert.False(failure.IsFatal);
        pool.Persist(4096, 64, lane: 0);
        bench.Transport.Left = 1;
        pool.Persist(4096, 64, lane: 1);
    }

    [Fact]
    public void A_pool_goes_again_when_its_first_lane_cannot_be_connected()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        bench.Transport.Left = 1;

        Assert.Equal(RemoteStage.Lane, Assert.Throws<RemotePoolException>(() => bench.Create()).Stage);

        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
        bench.Transport.Left = 10;
        bench.Create().Dispose();
    }

    [Fact]
    public void A_pool_outlives_its_initiator()
    {
        using var bench = new ReplicaBench();
        RemotePool pool = bench.NewPool();
        bench.Fill(4096, 64, 1);
        pool.Persist(4096, 64);

        bench.Transport.Cut();

        RemotePool? again = null;
        Assert.True(SpinWait.SpinUntil(() => (again = TryOpen(bench)) is not null, s_slack));
        using (again)
        {
            byte[] read = new byte[64];
            again!.Read(4096, read);
            Assert.Equal(bench.LocalBytes(4096, 64), read);
        }

        pool.Dispose();
    }

    [Fact]
    public void A_silent_initiator_loses_its_pool_and_nothing_else()
    {
        using var bench = new ReplicaBench(o => o with { SessionTimeout = TimeSpan.FromMilliseconds(200) });
        using RemotePool silent = bench.NewPool(new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1) });

        RemotePool? again = null;
        Assert.True(SpinWait.SpinUntil(() => (again = TryOpen(bench)) is not null, s_slack));
        again!.Dispose();
    }

    [Fact]
    public void A_target_ends_although_initiators_are_connected_and_silent_ones_are_waiting()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        using ReplicaConnection silent = bench.Wire.Connect(ReplicaDeadline.Never);
        Assert.True(SpinWait.SpinUntil(() => bench.Server.ConnectionCount >= 3, s_slack));

        bench.Server.Dispose();

        Assert.Equal(0, bench.Server.ConnectionCount);
    }

    [Fact]
    public void Connections_that_say_nothing_are_bounded()
    {
        using var bench = new ReplicaBench(o => o with { MaxPending = 2, HandshakeTimeout = TimeSpan.FromSeconds(1) });
        ReplicaConnection[] silent = [.. Enumerable.Range(0, 20).Select(_ => bench.Wire.Connect(ReplicaDeadline.Never))];

        // Two are waited for, the others are refused at once; all of them end.
        Assert.All(silent, c => Assert.Equal(0, c.Receive(new byte[1], ReplicaDeadline.After(s_slack))));
        Assert.True(SpinWait.SpinUntil(() => bench.Server.ConnectionCount == 0, s_slack));
        bench.NewPool().Dispose();
        Array.ForEach(silent, c => c.Dispose());
    }

    private static RemotePool? TryOpen(ReplicaBench bench)
    {
        try
        {
            return bench.Open();
        }
        catch (RemotePoolException e) when (e.Errno is RemoteErrno.Busy or RemoteErrno.ConnectionReset)
        {
            // Not yet, or this one was silent for too long itself, on a slow machine.
            return null;
        }
    }

    private static void Do(RemotePool pool, string call)
    {
        switch (call)
        {
            case "persist":
                pool.Persist(4096, 64);
                break;
            case "deep":
                pool.DeepPersist(4096, 64);
                break;
            case "flush":
                pool.Flush(4096, 65536);
                break;
            case "drain":
                pool.Drain();
                break;
            case "read":
                pool.Read(0, new byte[10000]);
                break;
            case "attributes":
                pool.SetAttributes(ReplicaBench.Attributes);
                break;
            case "verify":
                _ = pool.Verify();
                break;
            default:
                pool.Close();
                break;
        }
    }
}
