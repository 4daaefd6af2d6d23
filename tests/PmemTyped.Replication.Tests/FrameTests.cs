using PmemTyped.Native;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Transports;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Tests;

/// <summary>Frames are believed only after their checksums, and never beyond their bounds.</summary>
public sealed class FrameTests
{
    private const int MaxPayloadBytes = 8192;
    private static readonly ReplicaDeadline s_soon = ReplicaDeadline.After(TimeSpan.FromSeconds(5));

    [Fact]
    public void A_frame_arrives_as_it_was_sent()
    {
        (MemoryConnection near, MemoryConnection far) = Pair();
        byte[] payload = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        FrameHeaderLayout sent = FrameHeaders.Of(FrameKind.Write, 3);
        sent.PoolOffset = 4096;
        sent.Sequence = 1;
        var writer = new FrameWriter(near);
        writer.Append(ref sent, payload, in s_soon);
        writer.Append(ref sent, [], in s_soon);
        writer.Send(in s_soon);

        var reader = new FrameReader(far, 3, MaxPayloadBytes, 0);
        Assert.True(reader.TryReadHeader(out FrameHeaderLayout received, in s_soon));
        Assert.Equal(4096, received.PoolOffset);
        Assert.Equal(payload, reader.ReadPayload(in received, in s_soon).ToArray());
        Assert.True(reader.TryReadHeader(out received, in s_soon));
        Assert.Equal(0u, received.PayloadBytes);
    }

    [Fact]
    public void Any_changed_bit_of_a_header_is_refused()
    {
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Write, 0);
        FrameHeaders.Seal(ref header);
        for (int bit = 0; bit < 8 * FrameHeaderLayout.SizeBytes; bit++)
        {
            byte[] bytes = Blittable.AsBytes(in header).ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.ThrowsAny<PmemException>(() => ReadHeader(bytes));
        }

        ReadHeader(Blittable.AsBytes(in header).ToArray());
    }

    [Fact]
    public void A_length_beyond_the_bound_is_refused_before_anything_is_allocated()
    {
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Write, 0);
        header.PayloadBytes = uint.MaxValue;
        FrameHeaders.Seal(ref header);

        Assert.Equal(RemoteErrno.Protocol, Assert.Throws<FrameException>(() => ReadHeader(Blittable.AsBytes(in header).ToArray())).Error);
    }

    [Fact]
    public void Another_version_is_told_apart_from_noise()
    {
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Write, 0);
        header.Version = 2;

        Assert.Equal(
            RemoteErrno.ProtocolNotSupported,
            Assert.Throws<FrameException>(() => ReadHeader(Blittable.AsBytes(in header).ToArray())).Error);
    }

    [Fact]
    public void A_changed_payload_is_refused()
    {
        (MemoryConnection near, MemoryConnection far) = Pair();
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Write, 0);
        header.PayloadBytes = 8;
        header.Flags = (byte)FrameFlags.Checksum;
        header.PayloadChecksum = Crc32C.Compute(new byte[8]);
        FrameHeaders.Seal(ref header);
        near.Send(Blittable.AsBytes(in header), in s_soon);
        near.Send([0, 0, 0, 1, 0, 0, 0, 0], in s_soon);

        var reader = new FrameReader(far, 0, MaxPayloadBytes, 0);
        Assert.True(reader.TryReadHeader(out FrameHeaderLayout received, in s_soon));
        Assert.Equal(
            RemoteErrno.BadMessage,
            Assert.Throws<FrameException>(() => reader.ReadPayload(in received, in s_soon).Length).Error);
    }

    [Fact]
    public void A_deadline_inside_a_frame_loses_nothing()
    {
        (MemoryConnection near, MemoryConnection far) = Pair();
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Ping, 0);
        FrameHeaders.Seal(ref header);
        byte[] bytes = Blittable.AsBytes(in header).ToArray();
        var reader = new FrameReader(far, 0, MaxPayloadBytes, 0);

        near.Send(bytes.AsSpan(0, 20), in s_soon);
        Assert.Throws<TimeoutException>(() => reader.TryReadHeader(out _, ReplicaDeadline.After(TimeSpan.FromMilliseconds(20))));
        near.Send(bytes.AsSpan(20), in s_soon);

        Assert.True(reader.TryReadHeader(out FrameHeaderLayout received, in s_soon));
        Assert.Equal(FrameKind.Ping, received.Kind);
    }

    private static void ReadHeader(byte[] bytes)
    {
        (MemoryConnection near, MemoryConnection far) = Pair();
        near.Send(bytes, in s_soon);
        new FrameReader(far, 0, MaxPayloadBytes, 0).TryReadHeader(out _, in s_soon);
    }

    private static (MemoryConnection Near, MemoryConnection Far) Pair()
    {
        MemoryPipe there = new();
        MemoryPipe back = new();
        return (new MemoryConnection(back, there), new MemoryConnection(there, back));
    }
}
