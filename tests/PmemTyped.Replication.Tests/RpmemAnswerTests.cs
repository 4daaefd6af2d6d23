using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>Rows of librpmem's error tables that the target or its answers decide (replication specification, 2.1 and 2.3).</summary>
public sealed class RpmemAnswerTests
{
    public static TheoryData<string, int> Malformed => new()
    {
        { "another kind", RemoteErrno.Protocol },
        { "too short", RemoteErrno.Protocol },
        { "no lanes", RemoteErrno.Protocol },
        { "more lanes than asked", RemoteErrno.Protocol },
        { "smaller than asked", RemoteErrno.Protocol },
        { "no frame bytes", RemoteErrno.Protocol },
        { "window below a frame", RemoteErrno.Protocol },
        { "no frames in flight", RemoteErrno.Protocol },
        { "unknown durability", RemoteErrno.Protocol },
        { "refusal without a number", RemoteErrno.Protocol },
        { "a login banner", RemoteErrno.Protocol },
        { "wrong header checksum", RemoteErrno.Protocol },
        { "wrong payload checksum", RemoteErrno.BadMessage },
        { "another version", RemoteErrno.ProtocolNotSupported },
        { "the end inside the answer", RemoteErrno.ConnectionReset },
        { "the end before the answer", RemoteErrno.ConnectionReset },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_answer_has_its_number(string row, int errno)
    {
        using var bench = new ReplicaBench();
        using var wire = new MemoryReplicaTransport();
        Task answering = Task.Run(() =>
        {
            using ReplicaConnection connection = wire.Accept(10_000)!;
            var reader = new FrameReader(connection, FrameHeaders.ControlLane, ControlRequestLayout.MaxBytes, extraBytes: 0);
            Assert.True(reader.TryReadHeader(out FrameHeaderLayout request, ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
            if (request.Kind == FrameKind.Ping)
            {
                var writer = new FrameWriter(connection);
                writer.Append(ref request, [], ReplicaDeadline.Never);
                writer.Send(ReplicaDeadline.Never);
                Assert.True(reader.TryReadHeader(out request, ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
            }

            _ = reader.ReadPayload(in request, ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
            connection.Send(Answer(row, request.Request), ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
        });
        uint lanes = 2;

        Assert.Null(new Rpmem(_ => wire).Open(
            "host", ReplicaBench.Name, bench.Local, ReplicaBench.WindowBytes, ref lanes, out RemotePoolAttributes attributes));

        Assert.Equal(errno, Rpmem.LastError);
        Assert.Equal(2u, lanes);
        Assert.True(attributes.IsZero);
        Assert.True(answering.IsCompleted || !answering.IsFaulted);
    }

    // A file that nobody may read, not even root.
    [Fact]
    public void A_set_file_that_cannot_be_read_is_no_access()
    {
        using var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = "/proc/sys/vm" });
        using var bench = new ReplicaBench();
        using var wire = new MemoryReplicaTransport();
        server.Listen(wire);
        uint lanes = 1;

        Assert.Null(new Rpmem(_ => wire).Open("host", "compact_memory", bench.Local, 4096, ref lanes, out _));

        Assert.Equal(Errno.Access, Rpmem.LastError);
    }

    [Fact]
    public void A_medium_that_fails_is_an_input_output_error_of_every_call_after_it()
    {
        var medium = new FailingListener();
        using var bench = new ReplicaBench(o => o with { Listener = medium });
        bench.WriteSet();
        uint lanes = 1;
        RpmemPool pool = new Rpmem(_ => bench.Wire).Create(
            "host", ReplicaBench.Name, bench.Local, ReplicaBench.WindowBytes, ref lanes, ReplicaBench.Attributes)!;
        Assert.Equal(0, Rpmem.Persist(pool, 4096, 64, 0, 0));
        medium.Fails = true;

        Assert.All(
            new Func<int>[]
            {
                () => Rpmem.Persist(pool, 4096, 64, 0, 0),
                () => Rpmem.DeepPersist(pool, 4096, 64, 0),
                () => Rpmem.Drain(pool, 0, 0),
                () => Rpmem.Close(pool),
            },
            call =>
            {
                Assert.Equal(-1, call());
                Assert.Equal(Errno.InputOutput, Rpmem.LastError);
            });
    }

    private static byte[] Answer(string row, uint request)
    {
        ControlAnswerLayout sound = new()
        {
            PoolBytes = ReplicaBench.WindowBytes,
            Lanes = 2,
            WindowBytes = 1 << 20,
            WindowFrames = 16,
            FrameBytes = 1 << 16,
            Durability = (uint)ReplicaDurability.Volatile,
        };
        ControlAnswerLayout answer = row switch
        {
            "no lanes" => sound with { Lanes = 0 },
            "more lanes than asked" => sound with { Lanes = 3 },
            "smaller than asked" => sound with { PoolBytes = 4096 },
            "no frame bytes" => sound with { FrameBytes = 0 },
            "window below a frame" => sound with { WindowBytes = 4096 },
            "no frames in flight" => sound with { WindowFrames = 0 },
            "unknown durability" => sound with { Durability = 77 },
            _ => sound,
        };
        FrameKind kind = row switch
        {
            "another kind" => FrameKind.Ping,
            "refusal without a number" => FrameKind.Error,
            _ => FrameKind.Control,
        };
        var script = new ScriptedConnection();
        var writer = new FrameWriter(script);
        FrameHeaderLayout header = FrameHeaders.Of(kind, FrameHeaders.ControlLane);
        header.Request = request;
        writer.Append(ref header, Blittable.AsBytes(in answer)[..(row == "too short" ? 16 : ControlAnswerLayout.SizeBytes)], ReplicaDeadline.Never);
        writer.Send(ReplicaDeadline.Never);
        byte[] bytes = script.Sent;
        switch (row)
        {
            case "a login banner":
                return [.. "Welcome to this machine. You are watched, and so is everybody else who comes here."u8];
            case "wrong header checksum":
                bytes[20] ^= 1;
                return bytes;
            case "wrong payload checksum":
                bytes[FrameHeaderLayout.SizeBytes] ^= 1;
                return bytes;
            case "another version":
                bytes[2]++;
                return bytes;
            case "the end inside the answer":
                return bytes[..(FrameHeaderLayout.SizeBytes + 3)];
            case "the end before the answer":
                return [];
            default:
                return bytes;
        }
    }
}
