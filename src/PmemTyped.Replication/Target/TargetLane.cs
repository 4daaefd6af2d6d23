using System.Security.Cryptography;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Target;

/// <summary>
/// The target's end of a lane: stores frames in their order and says what is stored and what is durable. Threads: one.
/// (replication specification, 19.3 and 19.4)
/// </summary>
internal sealed partial class TargetLane
{
    /// <summary>The longest payload that is stored word by word.</summary>
    internal const int AtomicBytes = 8 << 10;

    internal const int HashBytes = 16;

    private const int ReadAheadBytes = 64 << 10;
    private static readonly TimeSpan s_sending = TimeSpan.FromSeconds(10);

    private readonly LaneFacts _facts;
    private readonly ReplicaServerOptions _options;
    private readonly ushort _lane;
    private readonly LaneProgress _progress;
    private readonly MapMedium _medium;
    private readonly TargetImage<MapMedium> _image;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private readonly DueAcknowledgement _due;
    private bool _isInside;

    internal TargetLane(
        ReplicaConnection connection, LaneFacts facts, ushort lane, ReplicaServerOptions options, LaneProgress? progress = null)
    {
        _facts = facts;
        _options = options;
        _lane = lane;
        _progress = progress ?? new LaneProgress(facts);
        _medium = facts.Map.DangerousGetMedium();
        _image = _progress.Image;
        _reader = new FrameReader(connection, lane, options.MaxFrameBytes, ReadAheadBytes);
        _writer = new FrameWriter(connection);
        _due = new DueAcknowledgement(options);
    }

    /// <summary>Serves until the stream ends; a peer that is out of step is told so, and left.</summary>
    internal void Run()
    {
        try
        {
            while (_reader.TryReadHeader(out FrameHeaderLayout header, ReplicaDeadline.Never))
            {
                Serve(in header);
                bool isUrgent = _due.IsUrgent(_reader.IsIdle, _progress.Status != Errno.None);
                if (isUrgent || _reader.IsIdle)
                {
                    // Neither the peer nor the wire may hold up another writer.
                    Leave();
                }

                if (isUrgent)
                {
                    Acknowledge();
                }
            }
        }
        catch (FrameException e)
        {
            Leave();
            Refuse(request: 0, e.Error, e.Message);
        }
        finally
        {
            Leave();
            _progress.EndConnection();
        }
    }

    private void Serve(in FrameHeaderLayout header)
    {
        ReadOnlySpan<byte> payload = Receive(in header);
        if (header.Epoch != _facts.Epoch)
        {
            throw new FrameException(RemoteErrno.Stale, FormattableString.Invariant(
                $"The frame is of epoch {header.Epoch}, the pool is open in epoch {_facts.Epoch}: another writer took over."));
        }

        if (!_isInside)
        {
            _isInside = true;
            _facts.Fence.Enter();
        }

        Take(in header, payload);
    }

    private ReadOnlySpan<byte> Receive(in FrameHeaderLayout header)
    {
        if (_reader.Has((int)header.PayloadBytes))
        {
            return _reader.ReadPayload(in header, ReplicaDeadline.Never);
        }

        Leave();
        return _reader.ReadPayload(in header, ReplicaDeadline.After(s_sending));
    }

    // Frames that arrived together share their way through the fence: its atomic additions wait until what was flushed before is
    // written back, which costs more than all the rest of a small frame.
    private void Leave()
    {
        if (_isInside)
        {
            _isInside = false;
            _facts.Fence.Exit();
        }
    }

    private void Take(in FrameHeaderLayout header, ReadOnlySpan<byte> payload)
    {
        if (header.Sequence > _progress.Stored + 1)
        {
            throw new FrameException(RemoteErrno.Protocol, FormattableString.Invariant(
                $"Frame {header.Sequence} arrived after frame {_progress.Stored}."));
        }

        if (header.Sequence == _progress.Stored + 1)
        {
            Apply(in header, payload);
        }
        else
        {
            Repeat(in header);
        }

        _due.Add(payload.Length, AsksForDrain(in header));
    }

    // A lane that replays sends what is stored already; it is acknowledged again, and questions are answered again.
    private void Repeat(in FrameHeaderLayout header)
    {
        _progress.NoteAgain(header.Sequence);
        if (header.Kind == FrameKind.Read)
        {
            Read(in header);
        }
        else if (header.Kind == FrameKind.HashRequest)
        {
            Hash(in header);
        }
    }

    private void Apply(in FrameHeaderLayout header, ReadOnlySpan<byte> payload)
    {
        switch (header.Kind)
        {
            case FrameKind.Write or FrameKind.WriteAtomic:
                Store(in header, payload);
                break;
            case FrameKind.Drain:
                Drain();
                break;
            case FrameKind.DeepDrain:
                DeepDrain(in header);
                break;
            case FrameKind.Read:
                Read(in header);
                break;
            case FrameKind.HashRequest:
                Hash(in header);
                break;
            default:
                throw new FrameException(RemoteErrno.Protocol, $"A frame of kind {header.Kind} has no place on a lane.");
        }

        _progress.Stored = header.Sequence;
        _progress.StoredBytes += (uint)payload.Length;
        if (header.Kind is not (FrameKind.Drain or FrameKind.DeepDrain) && AsksForDrain(in header))
        {
            Drain();
        }

        if (AsksForDrain(in header) && _progress.Status == Errno.None)
        {
            _progress.Durable = _progress.Stored;
        }
    }

    private void Store(in FrameHeaderLayout header, ReadOnlySpan<byte> payload)
    {
        bool isAtomic = header.Kind == FrameKind.WriteAtomic;
        if (isAtomic && payload.Length > AtomicBytes)
        {
            throw new FrameException(RemoteErrno.Protocol, FormattableString.Invariant(
                $"An atomic frame holds {payload.Length} bytes; {AtomicBytes} are the most."));
        }

        int error = _image.CheckStore(header.PoolOffset, payload.Length);
        _progress.Note(error);
        if (error == Errno.None)
        {
            Guarded(header.PoolOffset, payload, isAtomic);
        }
    }

    private void Guarded(long offset, ReadOnlySpan<byte> payload, bool isAtomic)
    {
        try
        {
            _medium.ThrowIfFaulted();
            _image.Store(offset, payload, isAtomic);
        }
        catch (PmemFaultedException)
        {
            _progress.Note(Errno.InputOutput);
        }
    }

    private void Drain()
    {
        try
        {
            _medium.ThrowIfFaulted();
            _image.Drain();
        }
        catch (PmemFaultedException)
        {
            _progress.Note(Errno.InputOutput);
        }
    }

    private void DeepDrain(in FrameHeaderLayout header)
    {
        long length = header.UpTo - header.PoolOffset;
        int error = _image.CheckLoad(header.PoolOffset, length);
        _progress.Note(error);
        Drain();
        if (error != Errno.None || _progress.Status != Errno.None)
        {
            return;
        }

        try
        {
            using scoped PmemMapLease lease = _facts.Map.Lease();
            lease.DeepPersist(header.PoolOffset, length);
        }
        catch (PmemFaultedException)
        {
            _progress.Note(Errno.InputOutput);
        }
        catch (NotSupportedException)
        {
            _progress.Note(Errno.NotSupported);
        }
    }

    private static bool AsksForDrain(in FrameHeaderLayout header) =>
        header.Kind is FrameKind.Drain or FrameKind.DeepDrain || ((FrameFlags)header.Flags & FrameFlags.Drain) != 0;
}
