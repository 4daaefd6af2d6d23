using System.Globalization;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// Mutated conversations: whatever a peer says, the target ends the conversation in an orderly way, changes nothing outside of
/// the window and never the header. PMEMTYPED_FUZZ_CONVERSATIONS sets their number.
/// </summary>
public sealed class FrameFuzzTests
{
    private const int DefaultConversations = 100_000;
    private const int Seed = 20261121;
    private const long WindowBytes = 64 << 10;

    private static int Conversations => int.TryParse(
        Environment.GetEnvironmentVariable("PMEMTYPED_FUZZ_CONVERSATIONS"), CultureInfo.InvariantCulture, out int n) ? n : DefaultConversations;

    [Fact]
    public void A_lane_survives_mutated_conversations()
    {
        using PmemSource source = PmemSource.Anonymous(WindowBytes + 4096);
        using PmemMap map = PmemMap.Map(source);
        LaneFacts facts = new(map, WindowBytes, HasHeaders: true, TargetSession.FirstEpoch, ReplicaDurability.Volatile);
        var options = new ReplicaServerOptions { PoolSetDirectory = "/", MaxFrameBytes = 8192, WindowBytes = 65536 };
        byte[] sound = LaneConversation();
        var random = new Random(Seed);
        var wire = new ScriptedConnection();
        long completed = 0;
        for (int i = 0; i < Conversations; i++)
        {
            wire.Script(Mutate(sound, random));
            try
            {
                new TargetLane(wire, facts, 0, options).Run();
                completed++;
            }
            catch (Exception e) when (e is IOException)
            {
                // The conversation ended inside a frame.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, conversation {i}: {e}");
            }

            if (i % 1000 == 0)
            {
                AssertUntouched(map, i);
            }
        }

        AssertUntouched(map, Conversations);
        Assert.InRange(completed, Conversations / 10, Conversations);
    }

    [Fact]
    public void The_control_connection_survives_mutated_conversations()
    {
        using var bench = new ReplicaBench();
        bench.NewPool().Dispose();
        byte[] header = bench.PartBytesAt(0, 4096);
        byte[] sound = ControlConversation();
        var random = new Random(Seed);
        var wire = new ScriptedConnection();
        for (int i = 0; i < Conversations / 20; i++)
        {
            wire.Script(Mutate(sound, random));

            // Never throws for what a peer does.
            bench.Server.Serve(wire);
        }

        Assert.Equal(header[..24], bench.PartBytesAt(0, 24));
        bench.Open().Dispose();
        Assert.Equal(
            [bench.Directory.File(ReplicaBench.Name), bench.Part(ReplicaBench.Name, 0), bench.Part(ReplicaBench.Name, 0) + ".replica"],
            Directory.GetFiles(bench.Directory.Path).Order(StringComparer.Ordinal));
    }

    private static void AssertUntouched(PmemMap map, int conversation)
    {
        using scoped PmemMapLease lease = map.Lease();
        bool isUntouched = !lease.Window(0, 4096).ContainsAnyExcept((byte)0) && !lease.Window(WindowBytes, 4096).ContainsAnyExcept((byte)0);
        Assert.True(isUntouched, $"seed {Seed}, conversation {conversation}: bytes outside of the window changed");
    }

    // Bits, bytes, cuts, repeats, and fields of a header with a checksum that fits again.
    private static byte[] Mutate(byte[] sound, Random random)
    {
        byte[] bytes = [.. sound];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..(at + 1)];
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
                    bytes = bytes.Length == 0 ? [0] : bytes;
                    break;
                default:
                    Reseal(bytes, random);
                    break;
            }
        }

        return bytes;
    }

    private static void Reseal(byte[] bytes, Random random)
    {
        List<int> headers = [];
        for (int at = 0; at + FrameHeaderLayout.SizeBytes <= bytes.Length;)
        {
            headers.Add(at);
            long next = at + FrameHeaderLayout.SizeBytes + Blittable.Read<FrameHeaderLayout>(bytes.AsSpan(at)).PayloadBytes;
            at = next > bytes.Length ? bytes.Length : (int)next;
        }

        if (headers.Count == 0)
        {
            return;
        }

        int chosen = headers[random.Next(headers.Count)];
        FrameHeaderLayout header = Blittable.Read<FrameHeaderLayout>(bytes.AsSpan(chosen));
        Span<byte> fields = Blittable.AsWritableBytes(ref header);
        if (random.Next(2) == 0)
        {
            fields[random.Next(FrameHeaderLayout.ChecksumOffset)] = (byte)random.Next(256);
        }
        else
        {
            long[] odd = [-1, 0, 1, 4095, 4096, WindowBytes, WindowBytes - 1, long.MaxValue, long.MinValue, int.MaxValue];
            BitConverter.TryWriteBytes(fields[(8 * random.Next(1, 5))..], odd[random.Next(odd.Length)]);
        }

        FrameHeaders.Seal(ref header);
        Blittable.AsBytes(in header).CopyTo(bytes.AsSpan(chosen));
    }

    private static byte[] LaneConversation()
    {
        var wire = new ScriptedConnection();
        var writer = new FrameWriter(wire);
        (FrameKind Kind, long Offset, long UpTo, int Bytes)[] frames =
        [
            (FrameKind.Write, 4096, 0, 64), (FrameKind.WriteAtomic, 5000, 0, 128), (FrameKind.Drain, 0, 0, 0),
            (FrameKind.Read, 4096, 4196, 0), (FrameKind.HashRequest, 4096, 8192, 0), (FrameKind.Write, 8192, 0, 100),
            (FrameKind.Drain, 0, 0, 0),
        ];
        for (int i = 0; i < frames.Length; i++)
        {
            FrameHeaderLayout header = FrameHeaders.Of(frames[i].Kind, 0);
            header.Epoch = TargetSession.FirstEpoch;
            header.Sequence = (ulong)i + 1;
            header.PoolOffset = frames[i].Offset;
            header.UpTo = frames[i].UpTo;
            writer.Append(ref header, new byte[frames[i].Bytes].Select(_ => (byte)0xA5).ToArray(), ReplicaDeadline.Never);
        }

        writer.Send(ReplicaDeadline.Never);
        return wire.Sent;
    }

    private static byte[] ControlConversation()
    {
        var wire = new ScriptedConnection();
        var writer = new FrameWriter(wire);
        (ControlOperation Operation, RemotePoolAttributes? Attributes, string Name)[] requests =
        [
            (ControlOperation.Stat, null, "no.set"), (ControlOperation.Create, ReplicaBench.Attributes, "no/where.set"),
            (ControlOperation.Join, null, ""), (ControlOperation.Open, null, ReplicaBench.Name), (ControlOperation.Ticket, null, ""),
            (ControlOperation.Close, null, ""),
        ];
        for (int i = 0; i < requests.Length; i++)
        {
            FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Control, FrameHeaders.ControlLane);
            header.Flags = (byte)requests[i].Operation;
            header.Request = (uint)i + 1;
            ControlRequestLayout request = new() { PoolBytes = ReplicaBench.WindowBytes, Lanes = 1 };
            writer.Append(ref header, new ControlMessage(request, requests[i].Attributes, requests[i].Name).ToBytes(), ReplicaDeadline.Never);
        }

        writer.Send(ReplicaDeadline.Never);
        return wire.Sent;
    }
}
