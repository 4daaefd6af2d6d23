using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>How a target stores frames, what it flushes before it answers, and what it says to frames that are wrong.</summary>
public sealed class TargetLaneTests : IDisposable
{
    private const long WindowBytes = 64 << 10;

    private readonly PmemSource _source = PmemSource.Anonymous(WindowBytes);
    private readonly PmemMap _map;

    public TargetLaneTests() => _map = PmemMap.Map(_source);

    [Fact]
    public void An_atomic_store_is_words_wherever_a_word_is_whole()
    {
        List<string> log = [];
        var image = new TargetImage<LoggingMedium>(new LoggingMedium(WindowBytes, StoreGranularity.CacheLine, log), WindowBytes, hasHeaders: true);

        image.Store(4099, new byte[24], isAtomic: true);
        image.Drain();

        Assert.Equal(["store 4099+5", "store64 4104+8", "store64 4112+8", "store 4120+3", "flush 4099+24", "drain"], log);
    }

    [Fact]
    public void Pages_are_synced_once_for_all_ranges_of_a_drain()
    {
        List<string> log = [];
        var image = new TargetImage<LoggingMedium>(new LoggingMedium(WindowBytes, StoreGranularity.Page, log), WindowBytes, hasHeaders: true);
        for (int i = 0; i < 100; i++)
        {
            image.Store(8192 + (i * 64), new byte[64], isAtomic: false);
        }

        image.Store(40960, new byte[8], isAtomic: false);
        log.Clear();
        image.Drain();
        image.Drain();

        Assert.Equal(["flush 8192+8192", "flush 40960+4096", "drain", "drain"], log);
    }

    [Fact]
    public void However_many_ranges_there_are_all_of_them_are_synced()
    {
        var dirty = new DirtyRanges();
        var random = new Random(5);
        long[] offsets = [.. Enumerable.Range(0, 200).Select(_ => random.NextInt64(1 << 30))];
        foreach (long offset in offsets)
        {
            dirty.Add(offset, 100);
        }

        Assert.InRange(dirty.Ranges.Length, 1, 16);
        (long Start, long End)[] ranges = dirty.Ranges.ToArray();
        Assert.All(offsets, o => Assert.Contains(ranges, r => r.Start <= o && r.End >= o + 100));
    }

    [Fact]
    public void What_is_called_durable_was_drained_before()
    {
        List<string> log = [];
        using PmemMap heard = PmemMap.Join([_map], new LoggingListener(log));
        var script = new ScriptedConnection();
        var writer = new FrameWriter(script);
        FrameHeaderLayout write = Frame(FrameKind.Write, 1, 4096, 8, FrameFlags.Drain).Header;
        writer.Append(ref write, new byte[8], ReplicaDeadline.Never);
        writer.Send(ReplicaDeadline.Never);
        var wire = new ScriptedConnection(() => log.Add("answer"));
        wire.Script(script.Sent);

        new TargetLane(wire, Facts(heard), 0, new ReplicaServerOptions { PoolSetDirectory = "/" }).Run();

        // The last one is that of the connection that ends: what was not asked to be durable may be asked so on the next one.
        Assert.Equal(["flushed 4096+8", "drained", "answer", "drained"], log);
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(4088, 16)]
    [InlineData(WindowBytes - 8, 16)]
    [InlineData(-8, 16)]
    [InlineData(long.MaxValue, 16)]
    public void A_range_outside_of_what_may_be_stored_is_refused_by_the_target_and_the_lane_goes_on(long offset, int lengthBytes)
    {
        List<FrameHeaderLayout> answers = Talk(
            Frame(FrameKind.Write, 1, offset, lengthBytes, FrameFlags.Drain), Frame(FrameKind.Write, 2, 4096, 8, FrameFlags.Drain));

        Assert.All(answers, a => Assert.Equal(FrameKind.Acknowledge, a.Kind));
        Assert.Equal(2, (long)answers[^1].UpTo);
        Assert.Contains(answers, a => FrameHeaders.ErrorOf(in a) == Errno.Invalid);
        using scoped PmemMapLease lease = _map.Lease();
        Assert.False(lease.Window(0, 4096).ContainsAnyExcept((byte)0));
        Assert.Equal(8, lease.Window(4096, (int)WindowBytes - 4096).Count((byte)0xA5));
    }

    [Fact]
    public void A_frame_that_comes_again_is_acknowledged_and_not_stored_again()
    {
        FrameHeaderLayout[] answers =
        [
            .. Talk(Frame(FrameKind.Write, 1, 4096, 8, FrameFlags.Drain), Frame(FrameKind.Write, 1, 8192, 8, FrameFlags.Drain)),
        ];

        Assert.Equal(1ul, answers[^1].Sequence);
        using scoped PmemMapLease lease = _map.Lease();
        Assert.False(lease.Window(8192, 8).ContainsAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(2ul, TargetSession.FirstEpoch, FrameKind.Write, RemoteErrno.Protocol)]
    [InlineData(1ul, TargetSession.FirstEpoch + 1, FrameKind.Write, RemoteErrno.Stale)]
    [InlineData(1ul, 0ul, FrameKind.Write, RemoteErrno.Stale)]
    [InlineData(1ul, TargetSession.FirstEpoch, FrameKind.Acknowledge, RemoteErrno.Protocol)]
    public void A_peer_that_is_out_of_step_is_told_so_and_left(ulong sequence, ulong epoch, object kind, int errno)
    {
        FrameHeaderLayout wrong = Frame((FrameKind)kind, sequence, 4096, 8, FrameFlags.Drain).Header;
        wrong.Epoch = epoch;

        FrameHeaderLayout answer = Assert.Single(Talk((wrong, 8)));

        Assert.Equal(FrameKind.Error, answer.Kind);
        Assert.Equal(errno, FrameHeaders.ErrorOf(in answer));
        using scoped PmemMapLease lease = _map.Lease();
        Assert.False(lease.Window(4096, 8).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Frames_without_a_drain_share_acknowledgements_and_are_not_called_durable()
    {
        List<FrameHeaderLayout> answers = Talk(
            [.. Enumerable.Range(1, 200).Select(i => Frame(FrameKind.Write, (ulong)i, 4096, 8, FrameFlags.None))]);

        Assert.InRange(answers.Count, 1, 5);
        Assert.Equal(200, answers[^1].UpTo);
        Assert.All(answers, a => Assert.Equal(0ul, a.Sequence));
        Assert.Equal((200u * 8) + (4u << 20), answers[^1].Credit);
    }

    [Fact]
    public void Large_pieces_are_acknowledged_once_with_the_drain_behind_them()
    {
        FrameHeaderLayout answer = Assert.Single(Talk(
            [.. Enumerable.Range(1, 7).Select(i => Frame(FrameKind.Write, (ulong)i, 8192, 32 << 10, i < 7 ? FrameFlags.None : FrameFlags.Drain))]));

        Assert.Equal(FrameKind.Acknowledge, answer.Kind);
        Assert.Equal((7ul, 7), (answer.Sequence, answer.UpTo));
    }

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
    }

    private static (FrameHeaderLayout Header, int Bytes) Frame(FrameKind kind, ulong sequence, long offset, int bytes, FrameFlags flags)
    {
        FrameHeaderLayout header = FrameHeaders.Of(kind, 0);
        header.Sequence = sequence;
        header.Epoch = TargetSession.FirstEpoch;
        header.PoolOffset = offset;
        header.Flags = (byte)flags;
        return (header, bytes);
    }

    private static LaneFacts Facts(PmemMap map) =>
        new(map, WindowBytes, HasHeaders: true, TargetSession.FirstEpoch, ReplicaDurability.Volatile);

    private List<FrameHeaderLayout> Talk(params (FrameHeaderLayout Header, int Bytes)[] frames)
    {
        var script = new ScriptedConnection();
        var writer = new FrameWriter(script);
        foreach ((FrameHeaderLayout header, int bytes) in frames)
        {
            FrameHeaderLayout sent = header;
            byte[] payload = new byte[bytes];
            payload.AsSpan().Fill(0xA5);
            writer.Append(ref sent, payload, ReplicaDeadline.Never);
        }

        writer.Send(ReplicaDeadline.Never);
        var wire = new ScriptedConnection();
        wire.Script(script.Sent);
        new TargetLane(wire, Facts(_map), 0, new ReplicaServerOptions { PoolSetDirectory = "/" }).Run();

        List<FrameHeaderLayout> answers = [];
        byte[] said = wire.Sent;
        for (int at = 0; at < said.Length;)
        {
            answers.Add(Blittable.Read<FrameHeaderLayout>(said.AsSpan(at)));
            at += FrameHeaderLayout.SizeBytes + (int)answers[^1].PayloadBytes;
        }

        return answers;
    }
}
