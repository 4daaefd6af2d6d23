using System.IO.Pipes;
using PmemTyped.Replication.Ssh;

namespace PmemTyped.Replication.Tests;

/// <summary>Many connections over one pair of pipes: none holds up another, and what makes no sense ends them all.</summary>
public sealed class TrunkTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly List<IDisposable> _pipes = [];
    private readonly Trunk _near;
    private readonly Trunk _far;

    public TrunkTests()
    {
        (Stream farIn, Stream nearOut) = Pipe();
        (Stream nearIn, Stream farOut) = Pipe();
        _near = new Trunk(nearIn, nearOut, "target", () => "the near pipe ended");
        _far = new Trunk(farIn, farOut, "alice", () => "the far pipe ended");
        _near.Start();
        _far.Start();
    }

    public void Dispose()
    {
        _near.Stop();
        _far.Stop();
        _pipes.ForEach(p => p.Dispose());
    }

    [Fact]
    public async Task Streams_carry_their_bytes_side_by_side_in_both_directions()
    {
        const int Bytes = 4 << 20;
        (TrunkStream Near, TrunkStream Far)[] pairs = [Pair(), Pair(), Pair()];
        Task[] all = [.. pairs.SelectMany((p, i) => (Task[])
        [
            Task.Run(() => p.Near.Send(Pattern(i, Bytes), Soon())),
            Task.Run(() => p.Far.Send(Pattern(i + 100, Bytes), Soon())),
            Task.Run(() => Assert.Equal(Pattern(i, Bytes), Receive(p.Far, Bytes))),
            Task.Run(() => Assert.Equal(Pattern(i + 100, Bytes), Receive(p.Near, Bytes))),
        ])];

        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("alice", pairs[0].Far.PeerIdentity);
    }

    [Fact]
    public void A_stream_that_nobody_reads_does_not_hold_up_another()
    {
        (TrunkStream near, _) = Pair();
        (TrunkStream other, TrunkStream read) = Pair();

        Assert.Throws<TimeoutException>(() => near.Send(new byte[4 * Trunk.WindowBytes], ReplicaDeadline.After(TimeSpan.FromMilliseconds(300))));

        other.Send([1, 2, 3], Soon());
        Assert.Equal([1, 2, 3], Receive(read, 3));
    }

    [Fact]
    public void A_stream_that_is_ended_ends_for_the_peer_after_what_was_sent()
    {
        (TrunkStream near, TrunkStream far) = Pair();
        near.Send([5], Soon());
        near.Abort();

        Assert.Equal([5], Receive(far, 1));
        Assert.Equal(0, far.Receive(new byte[1], Soon()));
        Assert.Throws<IOException>(() => near.Send([1], Soon()));
        Assert.Throws<IOException>(() => far.Send([1], Soon()));
    }

    [Fact]
    public void Numbers_of_streams_that_ended_are_used_again()
    {
        for (int i = 0; i < 3 * Trunk.MaxStreams; i++)
        {
            (TrunkStream near, TrunkStream far) = Pair();
            near.Abort();
            Assert.Equal(0, far.Receive(new byte[1], Soon()));
            far.Abort();

            // A number is free when both ends of its stream are known to have ended.
            Assert.True(SpinWait.SpinUntil(() => near.IsEndedThere, s_patience));
        }

        Assert.False(_near.IsEnded);
        Assert.False(_far.IsEnded);
    }

    [Fact]
    public void There_is_a_limit_to_streams()
    {
        for (int i = 0; i < Trunk.MaxStreams; i++)
        {
            _near.Open(Soon());
        }

        Assert.Contains("run over this ssh already", Assert.Throws<IOException>(() => _near.Open(Soon())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_pipe_wakes_everyone_with_the_reason()
    {
        (TrunkStream near, _) = Pair();
        Task<IOException> waiting = Task.Run(() => Assert.Throws<IOException>(() => near.Receive(new byte[1], Soon())));

        _pipes.ForEach(p => p.Dispose());

        Assert.Contains("pipe ended", (await waiting.WaitAsync(s_patience)).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => _near.Open(Soon()));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 1, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 9, 0, 1, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 1, 1, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 1, 0, 1, 0, 0, 0 })]
    [InlineData(new byte[] { 2, 0, 1, 0, 1, 0, 0, 0, 7 })]
    [InlineData(new byte[] { 4, 0, 1, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 1, 0, 0, 0, 0, 0, 2, 0, 1, 0, 1, 64, 0, 0, 7 })]
    [InlineData(new byte[] { 1, 0, 1, 0, 0, 0, 0, 0, 3, 0, 1, 0, 1, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0 })]
    public void Frames_that_make_no_sense_end_the_trunk(byte[] conversation)
    {
        var output = new MemoryStream();
        var trunk = new Trunk(new EndlessAfter(conversation), output, "alice", () => "ended");
        trunk.Start();
        Assert.True(SpinWait.SpinUntil(() => trunk.IsEnded, s_patience));
    }

    [Fact]
    public void Data_beyond_the_window_ends_the_trunk()
    {
        byte[] open = [1, 0, 1, 0, 0, 0, 0, 0];
        byte[] data = [2, 0, 1, 0, 0, 64, 0, 0, .. new byte[TrunkFrame.MaxPayloadBytes]];
        int frames = Trunk.WindowBytes / TrunkFrame.MaxPayloadBytes;
        byte[] full = [.. open, .. Enumerable.Range(0, frames).SelectMany(_ => data)];

        var good = new Trunk(new EndlessAfter(full), Stream.Null, "alice", () => "ended");
        good.Start();
        TrunkStream stream = Accepted(good);
        Assert.True(SpinWait.SpinUntil(() => stream.Received.Count == Trunk.WindowBytes, s_patience));
        Assert.False(good.IsEnded);
        good.Stop();

        var bad = new Trunk(new EndlessAfter([.. full, .. data]), Stream.Null, "alice", () => "ended");
        bad.Start();
        Assert.True(SpinWait.SpinUntil(() => bad.IsEnded, s_patience));
    }

    [Fact]
    public void Mutated_conversations_neither_hang_nor_throw()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("PMEMTYPED_TRUNKS") ?? "2000", System.Globalization.CultureInfo.InvariantCulture);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] sound = [1, 0, 1, 0, 0, 0, 0, 0, 2, 0, 1, 0, 3, 0, 0, 0, 7, 8, 9, 1, 0, 2, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, 0];
        for (int i = 0; i < count; i++)
        {
            byte[] mutated = [.. sound];
            for (int m = random.Next(1, 5); m > 0; m--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            var trunk = new Trunk(new MemoryStream(mutated[..random.Next(mutated.Length + 1)]), Stream.Null, "alice", () => "ended");
            trunk.Start();
            Assert.True(SpinWait.SpinUntil(() => trunk.IsEnded, s_patience), FormattableString.Invariant($"seed {seed}, conversation {i}"));
            while (trunk.Accept(0) is { } stream)
            {
                Assert.True(IsOver(stream), FormattableString.Invariant($"seed {seed}, conversation {i}"));
            }
        }
    }

    private static bool IsOver(TrunkStream stream)
    {
        try
        {
            while (stream.Receive(new byte[64], Soon()) > 0)
            {
                // What came before the end is given.
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static ReplicaDeadline Soon() => ReplicaDeadline.After(s_patience);

    private static byte[] Pattern(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Receive(TrunkStream stream, int length)
    {
        byte[] received = new byte[length];
        for (int done = 0; done < length;)
        {
            int count = stream.Receive(received.AsSpan(done), Soon());
            Assert.NotEqual(0, count);
            done += count;
        }

        return received;
    }

    private static TrunkStream Accepted(Trunk trunk)
    {
        TrunkStream? stream = null;
        Assert.True(SpinWait.SpinUntil(() => (stream = trunk.Accept(10)) is not null, s_patience));
        return stream!;
    }

    private (TrunkStream Near, TrunkStream Far) Pair() => (_near.Open(Soon()), Accepted(_far));

    private (Stream Reading, Stream Writing) Pipe()
    {
        var writing = new AnonymousPipeServerStream(PipeDirection.Out);
        var reading = new AnonymousPipeClientStream(PipeDirection.In, writing.ClientSafePipeHandle);
        _pipes.AddRange([writing, reading]);
        return (reading, writing);
    }

    /// <summary>Gives its bytes, then nothing for ever.</summary>
    private sealed class EndlessAfter(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            if (read == 0 && count > 0)
            {
                Thread.Sleep(Timeout.Infinite);
            }

            return read;
        }
    }
}
