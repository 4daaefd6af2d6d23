using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// Frames that arrived together are served inside of the fence together; a lane that waits for its peer is outside, so that another
/// writer never waits for it, and what comes after that is not stored.
/// </summary>
public sealed class LaneFenceTests : IDisposable
{
    private const long WindowBytes = 64 << 10;
    private const int PayloadBytes = 64;
    private const int FrameBytes = FrameHeaderLayout.SizeBytes + PayloadBytes;
    private const ulong Other = TargetSession.FirstEpoch << 1;

    private readonly PmemSource _source = PmemSource.Anonymous(WindowBytes);
    private readonly PmemMap _map;

    public LaneFenceTests() => _map = PmemMap.Map(_source);

    [Theory]
    [InlineData("between frames", 2 * FrameBytes, 2)]
    [InlineData("inside of a header", (2 * FrameBytes) + 10, 2)]
    [InlineData("before a payload", (2 * FrameBytes) + FrameHeaderLayout.SizeBytes, 2)]
    [InlineData("inside of a payload", (3 * FrameBytes) - 10, 2)]
    public void A_lane_that_waits_for_bytes_is_outside_of_the_fence(string where, int cutBytes, int stored)
    {
        byte[] frames = Frames(4);
        LaneFacts facts = Facts();
        bool? isOut = null;
        using var wire = new PiecewiseConnection(
            [frames[..cutBytes], frames[cutBytes..]], piece => isOut = piece == 1 ? facts.Fence.Raise(Other) : isOut, () => { });

        Run(wire, facts);

        Assert.True(isOut, where);
        Assert.Equal(stored, StoredFrames());
        Assert.Equal(RemoteErrno.Stale, LastError(wire));
    }

    [Fact]
    public void A_lane_that_sends_an_answer_is_outside_of_the_fence()
    {
        const int MostUntold = 64;
        LaneFacts facts = Facts();
        bool? isOut = null;
        using var wire = new PiecewiseConnection([Frames(100)], _ => { }, () => isOut ??= facts.Fence.Raise(Other));

        Run(wire, facts);

        Assert.True(isOut);
        Assert.Equal(MostUntold, StoredFrames());
        Assert.Equal(RemoteErrno.Stale, LastError(wire));
    }

    [Fact]
    public void A_lane_that_refuses_what_came_behind_a_frame_is_outside_of_the_fence()
    {
        byte[] frames = Frames(2);
        frames[^1] ^= 1;
        LaneFacts facts = Facts();
        bool? isOut = null;
        using var wire = new PiecewiseConnection([frames], _ => { }, () => isOut ??= facts.Fence.Raise(Other));

        Run(wire, facts);

        Assert.True(isOut);
        Assert.Equal(1, StoredFrames());
        Assert.Equal(RemoteErrno.BadMessage, LastError(wire));
    }

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
    }

    private LaneFacts Facts() => new(_map, WindowBytes, HasHeaders: true, TargetSession.FirstEpoch, ReplicaDurability.Volatile);

    private static void Run(ReplicaConnection wire, LaneFacts facts) =>
        new TargetLane(wire, facts, 0, new ReplicaServerOptions { PoolSetDirectory = "/" }).Run();

    private static byte[] Frames(int count)
    {
        var script = new ScriptedConnection();
        var writer = new FrameWriter(script);
        byte[] payload = new byte[PayloadBytes];
        payload.AsSpan().Fill(0xA5);
        for (int i = 0; i < count; i++)
        {
            FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Write, 0);
            header.Sequence = (ulong)i + 1;
            header.Epoch = TargetSession.FirstEpoch;
            header.PoolOffset = 4096 + (i * PayloadBytes);
            writer.Append(ref header, payload, ReplicaDeadline.Never);
        }

        writer.Send(ReplicaDeadline.Never);
        return script.Sent;
    }

    private int StoredFrames()
    {
        using scoped PmemMapLease lease = _map.Lease();
        return lease.Window(0, (int)WindowBytes).Count((byte)0xA5) / PayloadBytes;
    }

    private static int LastError(PiecewiseConnection wire)
    {
        byte[] said = wire.Answers.ToArray();
        FrameHeaderLayout last = default;
        for (int at = 0; at < said.Length; at += FrameHeaderLayout.SizeBytes + (int)last.PayloadBytes)
        {
            last = Blittable.Read<FrameHeaderLayout>(said.AsSpan(at));
        }

        return FrameHeaders.ErrorOf(in last);
    }
}
