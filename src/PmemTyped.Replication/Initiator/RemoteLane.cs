using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Replication.Target;

namespace PmemTyped.Replication.Initiator;

/// <summary>
/// The initiator's end of a lane. Frames leave in the order of the calls; whoever waits for an acknowledgement reads the
/// connection, for itself and for others who wait. Allocates nothing, unless a connection was lost. Threads: safe; the lock for receiving is taken after that
/// for sending, or alone.
/// </summary>
internal sealed partial class RemoteLane(RemoteSession session, ReplicaConnection connection, LaneWindow window, PmemMap local)
{
    private const int AcknowledgementBytes = 16 << 10;

    // So many small frames cost the target about what a send costs here: from there on it stores them while others are gathered.
    private const int EarlyFrames = 32;

    private readonly object _sending = new();
    private readonly object _receiving = new();
    private readonly int _maxFrames = (int)Math.Min(window.WindowFrames, ReplayLog.MaxFrames);
    private readonly ReplayLog _log = new((int)Math.Min(window.WindowFrames, ReplayLog.MaxFrames));
    private readonly KeyValuePair<string, object?> _tag = ReplicationMetrics.LaneTag(window.Number);

    // Written under both locks.
    private ReplicaConnection _connection = connection;
    private FrameReader _reader = new(connection, window.Number, window.FrameBytes, AcknowledgementBytes);
    private FrameWriter _writer = new(connection);

    // Written under the lock for sending.
    private ulong _sent;
    private uint _sentBytes;
    private uint _request;

    // Written under the lock for receiving.
    private ulong _stored;
    private ulong _durable;
    private uint _credit = window.WindowBytes;
    private ulong _refusedUpTo;
    private int _refusal;
    private int _lastRefusal;
    private int _durability;

    internal ReplicaDurability Durability => (ReplicaDurability)Volatile.Read(ref _durability);

    /// <summary>Queues a range of the local map.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes, greater than zero.</param>
    /// <param name="isAtomic">Whether words stay whole.</param>
    /// <param name="drains">Whether the last frame asks for a drain, and everything leaves at once.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <returns>Number of the last frame.</returns>
    internal ulong Write(long offset, long lengthBytes, bool isAtomic, bool drains, in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            using scoped PmemMapLease lease = local.Lease();
            FrameHeaderLayout header = Header(isAtomic ? FrameKind.WriteAtomic : FrameKind.Write);
            long end = offset + lengthBytes;
            while (offset < end)
            {
                int piece = PieceAt(offset, end, isAtomic);
                WaitForCredit(piece, in deadline);
                header.PoolOffset = offset;
                header.Flags = drains && offset + piece == end ? (byte)FrameFlags.Drain : (byte)0;
                Append(ref header, lease.Window(offset, piece), in deadline);
                offset += piece;
            }

            if (drains || _writer.Gathered >= EarlyFrames)
            {
                Send(in deadline);
            }

            return _sent;
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }

    /// <summary>Sends what is queued and asks for a drain; 0 when everything is durable already.</summary>
    internal ulong Drain(in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            if (_sent == Volatile.Read(ref _durable))
            {
                return 0;
            }

            FrameHeaderLayout header = Header(FrameKind.Drain);
            WaitForCredit(0, in deadline);
            Append(ref header, [], in deadline);
            Send(in deadline);
            return _sent;
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }

    /// <summary>Sends what is queued and asks for a deep drain of a range.</summary>
    internal ulong DeepDrain(long offset, long lengthBytes, in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            FrameHeaderLayout header = Header(FrameKind.DeepDrain);
            header.PoolOffset = offset;
            header.UpTo = offset + lengthBytes;
            WaitForCredit(0, in deadline);
            Append(ref header, [], in deadline);
            Send(in deadline);
            return _sent;
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }

    /// <summary>Waits until a frame and all before it are durable at the target.</summary>
    internal void WaitDurable(ulong frame, in ReplicaDeadline deadline)
    {
        if (Volatile.Read(ref _durable) >= frame && Volatile.Read(ref _refusal) == Errno.None)
        {
            return;
        }

        long began = ReplicationMetrics.Waiting(in _tag);
        while (!TryWaitDurable(frame, out ReplicaConnection lost, out IOException? reason, in deadline))
        {
            RecoverFromWaiting(lost, reason, in deadline);
        }

        ReplicationMetrics.Waited(began, in _tag);
    }

    private bool TryWaitDurable(
        ulong frame, out ReplicaConnection lost, [NotNullWhen(false)] out IOException? reason, in ReplicaDeadline deadline)
    {
        Enter(_receiving, in deadline);
        lost = _connection;
        reason = null;
        try
        {
            while (_durable < frame && _refusedUpTo < frame)
            {
                _ = ReceiveFrame(request: 0, [], in deadline);
            }

            // A refusal is told to one who waits for the range or for a later one, and to all whose drain it spoiled.
            if (_refusal != Errno.None || _durable < frame)
            {
                _refusal = Errno.None;
                throw new FrameException(_lastRefusal, "The target refused a range");
            }

            return true;
        }
        catch (IOException e)
        {
            reason = e;
            return false;
        }
        finally
        {
            Monitor.Exit(_receiving);
        }
    }

    /// <summary>Reads a range that fits a frame, after everything that was queued before.</summary>
    internal void Read(long offset, Span<byte> destination, in ReplicaDeadline deadline) =>
        Exchange(FrameKind.Read, offset, destination.Length, destination, in deadline);

    /// <summary>The hash of a range at the target.</summary>
    internal void Hash(long offset, int lengthBytes, Span<byte> hash, in ReplicaDeadline deadline) =>
        Exchange(FrameKind.HashRequest, offset, lengthBytes, hash, in deadline);

    internal void Abort() => Volatile.Read(ref _connection).Abort();

    /// <summary>Ends the connection; nobody uses the lane any more.</summary>
    internal void Release() => Volatile.Read(ref _connection).Dispose();

    // Nobody else may receive between the request and its answer, because only this thread knows where the bytes go.
    private void Exchange(FrameKind kind, long offset, int lengthBytes, Span<byte> destination, in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            FrameHeaderLayout header = Header(kind);
            header.PoolOffset = offset;
            header.UpTo = offset + lengthBytes;
            header.Request = ++_request == 0 ? ++_request : _request;
            WaitForCredit(0, in deadline);
            Enter(_receiving, in deadline);
            try
            {
                Append(ref header, [], in deadline);
                Send(in deadline);
                while (!Receive(header.Request, destination, in deadline))
                {
                    // An acknowledgement came first.
                }
            }
            finally
            {
                _log.Forget(_sent);
                Monitor.Exit(_receiving);
            }
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }

    private static void Enter(object side, in ReplicaDeadline deadline)
    {
        if (Monitor.TryEnter(side))
        {
            return;
        }

        if (!Monitor.TryEnter(side, deadline.RemainingMs))
        {
            throw new TimeoutException("The lane was in use for too long.");
        }
    }

    private FrameHeaderLayout Header(FrameKind kind)
    {
        FrameHeaderLayout header = FrameHeaders.Of(kind, window.Number);
        header.Epoch = window.Epoch;
        return header;
    }

    private void Append(
        ref FrameHeaderLayout header, ReadOnlySpan<byte> payload, in ReplicaDeadline deadline, ReadOnlyMemory<byte> source = default)
    {
        header.Sequence = _sent + 1;

        // It counts as sent before it is: another thread may read the answer before the call that sends it returns.
        Volatile.Write(ref _sent, header.Sequence);
        IOException? lost = null;
        try
        {
            // What is cut in the middle cannot be continued, so that nothing but time ends it.
            _writer.Append(ref header, payload, deadline.Uncancelled);
        }
        catch (IOException e)
        {
            lost = e;
        }

        _log.Keep(in header, payload, source);
        _sentBytes += (uint)payload.Length;
        ReplicationMetrics.Sent(payload.Length, in _tag);
        if (lost is not null)
        {
            Recover(_connection, lost, in deadline);
        }
    }

    private void Send(in ReplicaDeadline deadline)
    {
        try
        {
            _writer.Send(deadline.Uncancelled);
        }
        catch (IOException lost)
        {
            Recover(_connection, lost, in deadline);
        }
    }

    private int PieceAt(long offset, long end, bool isAtomic)
    {
        if (!isAtomic)
        {
            return (int)Math.Min(end - offset, window.FrameBytes);
        }

        // Pieces end at multiples of 8, so that no word is cut.
        long most = TargetLane.AtomicBytes - (offset % sizeof(ulong));
        return (int)Math.Min(end - offset, most);
    }
}
