using System.Security.Cryptography;
using System.Text;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Target;

/// <summary>
/// The target's end of a lane: stores frames in their order and says what is stored and what is durable. Threads: one.
/// (replication specification, 19.3 and 19.4)
/// </summary>
internal sealed class TargetLane
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
    private readonly TargetImage<MapMedium> _image;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private readonly DueAcknowledgement _due;

    internal TargetLane(
        ReplicaConnection connection, LaneFacts facts, ushort lane, ReplicaServerOptions options, LaneProgress? progress = null)
    {
        _facts = facts;
        _options = options;
        _lane = lane;
        _progress = progress ?? new LaneProgress(facts);
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
                if (_due.IsUrgent(_reader.IsIdle, _progress.Status != Errno.None))
                {
                    Acknowledge();
                }
            }
        }
        catch (FrameException e)
        {
            Refuse(request: 0, e.Error, e.Message);
        }
        finally
        {
            _progress.EndConnection();
        }
    }

    private void Serve(in FrameHeaderLayout header)
    {
        ReadOnlySpan<byte> payload = _reader.ReadPayload(in header, ReplicaDeadline.After(s_sending));
        if (header.Epoch != _facts.Epoch)
        {
            throw new FrameException(RemoteErrno.Stale, FormattableString.Invariant(
                $"The frame is of epoch {header.Epoch}, the pool is open in epoch {_facts.Epoch}: another writer took over."));
        }

        try
        {
            _facts.Fence.Enter();
            Take(in header, payload);
        }
        finally
        {
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
            _facts.Map.DangerousGetMedium().ThrowIfFaulted();
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
            _facts.Map.DangerousGetMedium().ThrowIfFaulted();
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

    private void Read(in FrameHeaderLayout header)
    {
        long length = header.UpTo - header.PoolOffset;
        if (_image.CheckLoad(header.PoolOffset, length) != Errno.None || length > _options.MaxFrameBytes)
        {
            Refuse(header.Request, Errno.Invalid, "The range does not lie in the window.");
            return;
        }

        FrameHeaderLayout answer = Answer(FrameKind.ReadData, in header);
        _writer.Append(ref answer, _image.Window(header.PoolOffset, (int)length), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private void Hash(in FrameHeaderLayout header)
    {
        long length = header.UpTo - header.PoolOffset;
        if (_image.CheckLoad(header.PoolOffset, length) != Errno.None || length > _options.MaxFrameBytes)
        {
            Refuse(header.Request, Errno.Invalid, "The range does not lie in the window.");
            return;
        }

        _image.Preload(header.UpTo, length);
        SHA256.HashData(_image.Window(header.PoolOffset, (int)length), _hash);
        FrameHeaderLayout answer = Answer(FrameKind.HashAnswer, in header);
        _writer.Append(ref answer, _hash.AsSpan(0, HashBytes), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private void Acknowledge()
    {
        FrameHeaderLayout answer = FrameHeaders.Of(FrameKind.Acknowledge, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Sequence = _progress.Durable;
        answer.UpTo = (long)_progress.Stored;
        answer.Credit = _progress.StoredBytes + (uint)_options.WindowBytes;
        answer.Status = FrameHeaders.StatusOf(_progress.Status, _facts.Durability);
        _writer.Append(ref answer, [], ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
        _due.Clear();
        _progress.NoteTold();
    }

    private static bool AsksForDrain(in FrameHeaderLayout header) =>
        header.Kind is FrameKind.Drain or FrameKind.DeepDrain || ((FrameFlags)header.Flags & FrameFlags.Drain) != 0;

    private void Refuse(uint request, int error, string message)
    {
        FrameHeaderLayout answer = FrameHeaders.Of(FrameKind.Error, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Request = request;
        answer.Status = FrameHeaders.StatusOf(error, _facts.Durability);
        _writer.Append(ref answer, Encoding.UTF8.GetBytes(message), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private FrameHeaderLayout Answer(FrameKind kind, in FrameHeaderLayout request)
    {
        FrameHeaderLayout answer = FrameHeaders.Of(kind, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Request = request.Request;
        answer.PoolOffset = request.PoolOffset;
        answer.UpTo = request.UpTo;
        return answer;
    }
}
