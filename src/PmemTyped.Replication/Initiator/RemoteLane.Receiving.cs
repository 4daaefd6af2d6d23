using System.Text;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Initiator;

/// <content>What comes back: acknowledgements, credit, answers.</content>
internal sealed partial class RemoteLane
{
    private void WaitForCredit(int bytes, in ReplicaDeadline deadline)
    {
        if (HasCredit(bytes))
        {
            return;
        }

        ReplicationMetrics.Stalled(in _tag);

        // What was not sent cannot be acknowledged.
        Send(in deadline);
        Enter(_receiving, in deadline);
        try
        {
            while (!HasCredit(bytes))
            {
                _ = Receive(request: 0, [], in deadline);
            }
        }
        finally
        {
            Monitor.Exit(_receiving);
        }
    }

    // Both locks are held.
    private bool Receive(uint request, Span<byte> destination, in ReplicaDeadline deadline)
    {
        try
        {
            return ReceiveFrame(request, destination, in deadline);
        }
        catch (IOException lost)
        {
            Recover(_connection, lost, in deadline);
            return false;
        }
    }

    private bool HasCredit(int bytes) =>
        (int)(Volatile.Read(ref _credit) - _sentBytes) >= bytes && _sent - Volatile.Read(ref _stored) < (ulong)_maxFrames;

    /// <summary>Takes one frame; true when it was the answer to the request.</summary>
    private bool ReceiveFrame(uint request, Span<byte> destination, in ReplicaDeadline deadline)
    {
        if (!_reader.TryReadHeader(out FrameHeaderLayout header, in deadline))
        {
            throw new EndOfStreamException("The target closed the connection.");
        }

        ReplicaDeadline uncancelled = deadline.Uncancelled;
        switch (header.Kind)
        {
            case FrameKind.Acknowledge:
                Acknowledge(in header);
                return false;
            case FrameKind.ReadData or FrameKind.HashAnswer when header.Request == request:
                if (header.PayloadBytes != (uint)destination.Length)
                {
                    throw new FrameException(RemoteErrno.Protocol, "The target answered with another number of bytes.");
                }

                _reader.ReadPayloadInto(in header, destination, in uncancelled);
                return true;
            case FrameKind.ReadData or FrameKind.HashAnswer:
                // Whoever asked has given up.
                _ = _reader.ReadPayload(in header, in uncancelled);
                return false;
            case FrameKind.Error:
                string reason = Encoding.UTF8.GetString(_reader.ReadPayload(in header, in uncancelled));
                return header.Request != 0 && header.Request != request
                    ? false
                    : throw new FrameException(FrameHeaders.ErrorOf(in header), reason);
            default:
                throw new FrameException(RemoteErrno.Protocol, $"A frame of kind {header.Kind} has no place on a lane.");
        }
    }

    private void Acknowledge(in FrameHeaderLayout header)
    {
        if (header.Sequence > (ulong)header.UpTo || (ulong)header.UpTo > Volatile.Read(ref _sent) || header.Sequence < _durable || (ulong)header.UpTo < _stored)
        {
            throw new FrameException(RemoteErrno.Protocol, "The target acknowledged what was not sent, or took an acknowledgement back.");
        }

        int error = FrameHeaders.ErrorOf(in header);
        if (error == Errno.InputOutput)
        {
            throw new FrameException(error, "The medium of the target failed");
        }

        if (error != Errno.None)
        {
            _refusal = error;
            _lastRefusal = error;
            _refusedUpTo = (ulong)header.UpTo;
        }

        ReplicationMetrics.Acknowledged((long)((ulong)header.UpTo - _stored), in _tag);
        Volatile.Write(ref _durability, (int)FrameHeaders.LevelOf(in header));
        Volatile.Write(ref _credit, header.Credit);
        Volatile.Write(ref _stored, (ulong)header.UpTo);
        Volatile.Write(ref _durable, header.Sequence);
    }
}
