using PmemTyped.Native;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Frames;

/// <summary>
/// Cuts a stream into frames, with one buffer that is made once: nothing that a peer announces is allocated. A deadline that
/// ends in the middle of a frame loses nothing, unless a payload is read into memory of the caller.
/// </summary>
internal sealed class FrameReader(ReplicaConnection connection, ushort lane, int maxPayloadBytes, int extraBytes)
{
    // Less than that is moved to the front of the buffer without a thought.
    private const int MovedBytes = 4096;

    private readonly byte[] _buffer = new byte[FrameHeaderLayout.SizeBytes + maxPayloadBytes + extraBytes];
    private int _start;
    private int _end;

    /// <summary>Gets a value indicating whether no whole header has arrived yet.</summary>
    internal bool IsIdle => !Has(FrameHeaderLayout.SizeBytes);

    /// <summary>Whether so many bytes have arrived that reading them does not wait.</summary>
    internal bool Has(int lengthBytes) => _end - _start >= lengthBytes;

    /// <summary>Reads a header and checks it; false at the end of the stream.</summary>
    internal bool TryReadHeader(out FrameHeaderLayout header, in ReplicaDeadline deadline)
    {
        header = default;
        if (!TryFill(FrameHeaderLayout.SizeBytes, extraBytes, in deadline))
        {
            return false;
        }

        header = Blittable.Read<FrameHeaderLayout>(_buffer.AsSpan(_start));
        FrameHeaders.Require(in header, lane, maxPayloadBytes);
        _start += FrameHeaderLayout.SizeBytes;
        return true;
    }

    /// <summary>The payload of the header that was just read, checked; valid until the next call.</summary>
    internal ReadOnlySpan<byte> ReadPayload(scoped in FrameHeaderLayout header, scoped in ReplicaDeadline deadline)
    {
        int length = (int)header.PayloadBytes;

        // Behind a large payload only the next header is read ahead: more of it would have to be moved for the payload after it.
        if (!TryFill(length, length > MovedBytes ? FrameHeaderLayout.SizeBytes : extraBytes, in deadline))
        {
            throw new EndOfStreamException("The connection ended inside a frame.");
        }

        ReadOnlySpan<byte> payload = _buffer.AsSpan(_start, length);
        _start += length;
        FrameHeaders.RequirePayload(in header, payload, connection.ProtectsPayload);
        return payload;
    }

    /// <summary>Reads the payload of the header that was just read into memory of the caller.</summary>
    internal void ReadPayloadInto(in FrameHeaderLayout header, Span<byte> destination, in ReplicaDeadline deadline)
    {
        int buffered = Math.Min(_end - _start, destination.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(destination);
        _start += buffered;
        for (int done = buffered; done < destination.Length;)
        {
            int received = connection.Receive(destination[done..], in deadline);
            done += received > 0 ? received : throw new EndOfStreamException("The connection ended inside a frame.");
        }

        FrameHeaders.RequirePayload(in header, destination, connection.ProtectsPayload);
    }

    private bool TryFill(int lengthBytes, int aheadBytes, in ReplicaDeadline deadline)
    {
        if (_end - _start >= lengthBytes)
        {
            return true;
        }

        if (_end - _start < MovedBytes || _buffer.Length - _start < lengthBytes)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < lengthBytes)
        {
            int most = Math.Min(_buffer.Length, _start + lengthBytes + aheadBytes);
            int received = connection.Receive(_buffer.AsSpan(_end..most), in deadline);
            if (received == 0)
            {
                return _end == _start ? false : throw new EndOfStreamException("The connection ended inside a frame.");
            }

            _end += received;
        }

        return true;
    }
}
