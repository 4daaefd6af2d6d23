using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// However small a window is, and however long nobody asks for a drain, the initiator always gets credit again; whoever reads an
/// acknowledgement finds what it is for.
/// </summary>
public sealed class WindowTests
{
    private const int FrameBytes = 64 << 10;
    private const int LengthBytes = 1 << 20;
    private const int SmallBytes = 64;
    private const int LargeBytes = 8 << 10;
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);
    private static readonly RemotePoolOptions s_still = new() { HeartbeatInterval = TimeSpan.FromMinutes(1) };

    [Theory]
    [InlineData(FrameBytes, 1)]
    [InlineData(FrameBytes, 256)]
    [InlineData(3 * FrameBytes, 2)]
    [InlineData(4 << 20, 1)]
    [InlineData(4 << 20, 4096)]
    public void Flushes_without_a_drain_never_wait_for_credit_in_vain(int windowBytes, int windowFrames)
    {
        using var bench = new ReplicaBench(o => o with { MaxFrameBytes = FrameBytes, WindowBytes = windowBytes, WindowFrames = windowFrames });
        using RemotePool pool = bench.NewPool();
        for (byte round = 1; round <= 3; round++)
        {
            bench.Fill(4096, LengthBytes, round);
            pool.Flush(4096, LengthBytes);
            for (int small = 0; small < 3000; small++)
            {
                pool.Flush(4096 + (small * SmallBytes), SmallBytes);
            }

            pool.Flush(4096, LengthBytes);
            pool.Drain();
            Assert.Equal(bench.LocalBytes(4096, LengthBytes), bench.PartBytesAt(4096, LengthBytes));
        }
    }

    [Fact]
    public void What_is_gathered_leaves_without_a_drain_when_it_is_worth_a_send()
    {
        const int WorthASend = 32;
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        bench.Fill(4096, LengthBytes, 1);
        List<int> sent = [];
        bench.Transport.HasSent = sent.Add;
        for (int i = 1; i < WorthASend; i++)
        {
            pool.Flush(4096 + (i * SmallBytes), SmallBytes);
            Assert.Empty(sent);
        }

        pool.Flush(4096, SmallBytes);

        Assert.Single(sent);
        byte[] expected = bench.LocalBytes(4096, WorthASend * SmallBytes);
        Assert.True(SpinWait.SpinUntil(() => bench.PartBytesAt(4096, expected.Length).AsSpan().SequenceEqual(expected), s_slack));
    }

    [Fact]
    public void An_acknowledgement_is_taken_by_a_waiting_thread_before_the_call_that_sends_returns()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(s_still);
        ulong flushed = pool.Queue(4096, new byte[LargeBytes], RemotePersist.Relaxed, drains: false);
        Exception? failure = null;
        var waiter = new Thread(() => failure = Record.Exception(() => pool.Await(flushed)));
        waiter.Start();
        bool? isTaken = null;
        bench.Transport.HasSent = sent => isTaken ??= sent == LargeBytes ? waiter.Join(s_slack) : null;

        ulong drained = pool.Queue(4096 + LargeBytes, new byte[LargeBytes], RemotePersist.Relaxed, drains: true);

        Assert.True(isTaken);
        Assert.Null(failure);
        pool.Await(drained);
        Assert.Null(pool.Failure);
    }
}
