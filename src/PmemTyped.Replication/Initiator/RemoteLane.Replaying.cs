using PmemTyped.Mapping;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Initiator;

/// <content>
/// A connection that was lost, and made again: what the target did not acknowledge is sent again with the same numbers, so
/// that it discards what it has.
/// </content>
internal sealed partial class RemoteLane
{
    /// <summary>Whoever waited without sending found the connection lost.</summary>
    private void RecoverFromWaiting(ReplicaConnection lost, IOException reason, in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            Recover(lost, reason, in deadline);
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }

    /// <summary>The lock for sending is held; that for receiving may be.</summary>
    private void Recover(ReplicaConnection lost, IOException reason, in ReplicaDeadline deadline)
    {
        // Who reads there leaves, and gives its lock.
        lost.Abort();
        Enter(_receiving, in deadline);
        try
        {
            if (_connection == lost)
            {
                session.Mend(reason, in deadline, Reconnect);
                lost.Dispose();
            }
        }
        finally
        {
            Monitor.Exit(_receiving);
        }
    }

    private void Reconnect(ReplicaDeadline limit)
    {
        ReplicaConnection fresh = session.ReconnectLane(window.Number, in limit);
        try
        {
            var reader = new FrameReader(fresh, window.Number, window.FrameBytes, AcknowledgementBytes);
            var writer = new FrameWriter(fresh);
            for (ulong sequence = _stored + 1; sequence <= _sent; sequence++)
            {
                Replay(writer, sequence, limit.Uncancelled);
            }

            writer.Send(limit.Uncancelled);
            _reader = reader;
            _writer = writer;
            Volatile.Write(ref _connection, fresh);
            session.AbortIfOver(fresh);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }
    }

    private void Replay(FrameWriter writer, ulong sequence, in ReplicaDeadline deadline)
    {
        FrameHeaderLayout header = _log.HeaderOf(sequence);
        if (header.PayloadBytes <= FrameWriter.CopiedBytes)
        {
            writer.Append(ref header, _log.PayloadOf(in header), in deadline);
            return;
        }

        // The map has newer bytes, where writers went on since a copy of it was sent.
        ReadOnlySpan<byte> source = _log.SourceOf(sequence);
        using scoped PmemMapLease lease = local.Lease();
        ReadOnlySpan<byte> payload = source.IsEmpty ? lease.Window(header.PoolOffset, (int)header.PayloadBytes) : source;
        if (header.PayloadChecksum != Crc32C.Compute(payload))
        {
            // What was stored there since belongs behind frames that come later: its undo data, for example.
            throw new FrameException(
                RemoteErrno.ConnectionReset, "The connection was lost, and a range changed since it was flushed, so that it cannot be sent again");
        }

        writer.Append(ref header, payload, in deadline);
    }
}
