using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>Who may go on with a session that was lost, for how long, and what happens to it otherwise.</summary>
public sealed class ResumeTests
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);
    private static readonly RemotePoolOptions s_still = new()
    {
        HeartbeatInterval = TimeSpan.FromMinutes(1),
        OperationTimeout = TimeSpan.FromMinutes(1),
        ReconnectTimeout = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public void A_pool_goes_on_after_every_connection_was_lost()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still with { Lanes = 2 });
        for (byte round = 1; round < 5; round++)
        {
            bench.Fill(4096, 64, round);
            pool.Flush(4096, 64, lane: round % 2);
            bench.Transport.Cut();

            pool.Drain(round % 2);

            Assert.Equal(bench.LocalBytes(4096, 64), bench.PartBytesAt(4096, 64));
        }

        Assert.Null(pool.Failure);
        pool.SetAttributes(ReplicaBench.Attributes with { Major = 99 });
        pool.Close();
        Assert.Contains(Told(bench), a => a.Operation == "resume");
    }

    // Small ones are kept by the lane, large ones by whoever queued them; the map has others meanwhile.
    [Theory]
    [InlineData(8)]
    [InlineData(8192)]
    [InlineData(64 << 10)]
    public void Bytes_of_a_set_go_on_over_a_new_connection(int length)
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        byte[] bytes = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
        ulong queued = pool.Queue(4096, bytes, RemotePersist.Relaxed, drains: false);
        bench.Transport.Cut();

        pool.Await(pool.Queue(4096, bytes, RemotePersist.None, drains: true));

        Assert.True(queued > 0);
        Assert.Equal(bytes, bench.PartBytesAt(4096, bytes.Length));
        Assert.Null(pool.Failure);
    }

    [Fact]
    public void The_heart_finds_a_lost_control_connection_and_makes_it_again()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(20) });

        bench.Transport.Cut();

        Assert.True(SpinWait.SpinUntil(() => Told(bench).Exists(a => a.Operation == "resume"), s_slack));
        pool.Persist(4096, 64);
        Assert.Null(pool.Failure);
    }

    [Fact]
    public async Task Many_threads_lose_a_connection_and_one_of_them_makes_it_again()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(t => Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                pool.Persist(4096 + (t * 4096), 64);
            }
        }))];
        for (int cut = 0; cut < 10; cut++)
        {
            await Task.Delay(20);
            bench.Transport.Cut();
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers).WaitAsync(s_slack);
        Assert.Null(pool.Failure);
    }

    [Fact]
    public void A_session_that_nobody_resumes_ends_after_its_time()
    {
        using var bench = new ReplicaBench(o => o with { ResumeTimeout = TimeSpan.FromMilliseconds(50) });
        RemotePool pool = bench.NewPool(s_still with { ReconnectTimeout = TimeSpan.Zero });

        bench.Transport.Cut();

        Assert.True(SpinWait.SpinUntil(() => Told(bench).Exists(a => a.Operation == "lost"), s_slack));
        Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64));
        pool.Dispose();
    }

    [Fact]
    public void Whoever_opens_the_pool_meanwhile_ends_the_lost_session_for_good()
    {
        using var bench = new ReplicaBench();
        RemotePool first = bench.NewPool(s_still);
        bench.Transport.Cut();

        RemotePool? second = null;
        Assert.True(SpinWait.SpinUntil(() => (second = TryOpen(bench)) is not null, s_slack));
        RemotePoolException failure = Assert.Throws<RemotePoolException>(() => first.Persist(4096, 64));

        Assert.True(failure.IsFatal);
        Assert.Equal(RemoteErrno.ConnectionReset, failure.Errno);
        second!.Persist(4096, 64);
        second.Close();
        first.Dispose();
    }

    [Fact]
    public void A_session_is_resumed_with_its_secret_only()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        using ReplicaConnection stranger = bench.Wire.Connect(ReplicaDeadline.Never);
        var control = new Initiator.RemoteControl(stranger);
        Layout.ControlRequestLayout guess = new() { Ticket = Guid.NewGuid() };

        Frames.FrameException refusal = Assert.Throws<Frames.FrameException>(() => control.Ask(
            Frames.ControlOperation.Resume, new Frames.ControlMessage(guess, null, string.Empty), ReplicaDeadline.After(s_slack)));

        Assert.Equal(Native.Linux.Errno.Access, refusal.Error);
        pool.Persist(4096, 64);
    }

    [Fact]
    public void All_lanes_are_connected_at_open_when_asked()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        bench.Transport.Left = 5;
        using RemotePool pool = bench.Create(s_still with { Lanes = 4, ConnectsAllLanes = true });
        Assert.Equal(0, bench.Transport.Left);
        for (int lane = 0; lane < 4; lane++)
        {
            pool.Persist(4096, 64, lane);
        }
    }

    [Fact]
    public void A_pool_that_cannot_have_all_lanes_is_not_made()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        bench.Transport.Left = 3;

        Assert.Equal(
            RemoteStage.Lane,
            Assert.Throws<RemotePoolException>(() => bench.Create(s_still with { Lanes = 4, ConnectsAllLanes = true })).Stage);

        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
        Assert.True(SpinWait.SpinUntil(() => bench.Server.ConnectionCount == 0, s_slack));
    }

    private static List<ReplicaAudit> Told(ReplicaBench bench)
    {
        lock (bench.Audit)
        {
            return [.. bench.Audit];
        }
    }

    private static RemotePool? TryOpen(ReplicaBench bench)
    {
        try
        {
            return bench.Open(s_still);
        }
        catch (RemotePoolException e) when (e.Errno == RemoteErrno.Busy)
        {
            return null;
        }
    }
}
