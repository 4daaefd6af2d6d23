using PmemTyped.Native;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Frames;

/// <summary>Gathers small frames, so that many leave in one system call; large payloads are sent from where they lie.</summary>
internal sealed class FrameWriter(ReplicaConnection connection)
{
    /// <summary>Payloads up to here are copied, and may change as soon as they are appended.</summary>
    internal const int CopiedBytes = 4096;

    private const int BufferBytes = 64 << 10;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _used;

    /// <summary>Gets how many frames were gathered and not sent.</summary>
    internal int Gathered { get; private set; }

    /// <summary>Appends a frame; its lengths and checksums are filled in. Large payloads are sent at once.</summary>
    internal void Append(ref FrameHeaderLayout header, ReadOnlySpan<byte> payload, in ReplicaDeadline deadline)
    {
        header.PayloadBytes = (uint)payload.Length;
        if (payload.Length > 0 && (!connection.ProtectsPayload || header.Kind == FrameKind.Control))
        {
            header.PayloadChecksum = Crc32C.Compute(payload);
            header.Flags |= header.Kind == FrameKind.Control ? (byte)0 : (byte)FrameFlags.Checksum;
        }

        FrameHeaders.Seal(ref header);
        bool isCopied = payload.Length <= CopiedBytes;
        if (_used + FrameHeaderLayout.SizeBytes + (isCopied ? payload.Length : 0) > BufferBytes)
        {
            Send(in deadline);
        }

        Blittable.AsBytes(in header).CopyTo(_buffer.AsSpan(_used));
        _used += FrameHeaderLayout.SizeBytes;
        if (isCopied)
        {
            payload.CopyTo(_buffer.AsSpan(_used));
            _used += payload.Length;
            Gathered++;
            return;
        }

        connection.Send(_buffer.AsSpan(0, _used), payload, in deadline);
        Clear();
    }

    /// <summary>Sends what was gathered.</summary>
    internal void Send(in ReplicaDeadline deadline)
    {
        if (_used > 0)
        {
            connection.Send(_buffer.AsSpan(0, _used), in deadline);
            Clear();
        }
    }

    private void Clear()
    {
        _used = 0;
        Gathered = 0;
    }
}
