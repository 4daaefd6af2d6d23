using System.Security.Cryptography;
using System.Text;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Target;

/// <summary>What a lane needs to know of its session.</summary>
/// <param name="Map">The pool.</param>
/// <param name="WindowBytes">The window that is open.</param>
/// <param name="HasHeaders">Whether the first page is protected.</param>
/// <param name="Epoch">The epoch that frames must carry.</param>
/// <param name="Durability">What a drain achieves.</param>
internal sealed record LaneFacts(PmemMap Map, long WindowBytes, bool HasHeaders, ulong Epoch, ReplicaDurability Durability);

/// <summary>
/// The target's end of a lane: stores frames in their order and says what is stored and what is durable. Threads: one.
/// (replication specification, 19.3 and 19.4)
/// </summary>
internal sealed class TargetLane
{
    /// <summary>The longest payload that is stored word by word.</summary>
    internal const int AtomicBytes = 8 << 10;

    internal const int HashBytes = 16;

    private const int UnacknowledgedFrames = 64;
    private const int UnacknowledgedBytes = 256 << 10;
    private const int ReadAheadBytes = 64 << 10;
    private static readonly TimeSpan s_sending = TimeSpan.FromSeconds(10);

    private readonly LaneFacts _facts;
    private readonly ReplicaServerOptions _options;
    private readonly ushort _lane;
    private readonly TargetImage<MapMedium> _image;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
    private ulong _stored;
    private ulong _durable;
    private uint _storedBytes;
    private int _status;
    private int _dueFrames;
    private int _dueBytes;

    internal TargetLane(ReplicaConnection connection, LaneFacts facts, ushort lane, ReplicaServerOptions options)
    {
        _facts = facts;
        _options = options;
        _lane = lane;
        _image = new TargetImage<MapMedium>(facts.Map.DangerousGetMedium(), facts.WindowBytes, facts.HasHeaders);
        _reader = new FrameReader(connection, lane, options.MaxFrameBytes, ReadAheadBytes);
        _writer = new FrameWriter(connection);
    }

    /// <summary>Serves until the stream ends; a peer that is out of step is told so, and left.</summary>
    internal void Run()
    {
        try
        {
            while (_reader.TryReadHeader(out FrameHeaderLayout header, ReplicaDeadline.Never))
            {
                Serve(in header);
                if (_dueFrames > 0
                    && (_reader.IsIdle || _dueFrames >= UnacknowledgedFrames || _dueBytes >= UnacknowledgedBytes))
                {
                    Acknowledge();
                }
            }
        }
        catch (FrameException e)
        {
            Refuse(request: 0, e.Error, e.Message);
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

        if (header.Sequence > _stored + 1)
        {
            throw new FrameException(RemoteErrno.Protocol, FormattableString.Invariant(
                $"Frame {header.Sequence} arrived after frame {_stored}."));
        }

        // A lane that replays sends what is stored already; it is acknowledged again.
        if (header.Sequence == _stored + 1)
        {
            Apply(in header, payload);
        }

        _dueFrames++;
        _dueBytes += payload.Length;
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

        _stored = header.Sequence;
        _storedBytes += (uint)payload.Length;
        if (header.Kind is FrameKind.Drain or FrameKind.DeepDrain)
        {
            _durable = _status == Errno.None ? _stored : _durable;
        }
        else if (((FrameFlags)header.Flags & FrameFlags.Drain) != 0)
        {
            Drain();
            _durable = _status == Errno.None ? _stored : _durable;
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
        Note(error);
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
            Note(Errno.InputOutput);
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
            Note(Errno.InputOutput);
        }
    }

    private void DeepDrain(in FrameHeaderLayout header)
    {
        long length = header.UpTo - header.PoolOffset;
        int error = _image.CheckLoad(header.PoolOffset, length);
        Note(error);
        Drain();
        if (error != Errno.None || _status != Errno.None)
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
            Note(Errno.InputOutput);
        }
        catch (NotSupportedException)
        {
            Note(Errno.NotSupported);
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

        SHA256.HashData(_image.Window(header.PoolOffset, (int)length), _hash);
        FrameHeaderLayout answer = Answer(FrameKind.HashAnswer, in header);
        _writer.Append(ref answer, _hash.AsSpan(0, HashBytes), ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
    }

    private void Acknowledge()
    {
        FrameHeaderLayout answer = FrameHeaders.Of(FrameKind.Acknowledge, _lane);
        answer.Epoch = _facts.Epoch;
        answer.Sequence = _durable;
        answer.UpTo = (long)_stored;
        answer.Credit = _storedBytes + (uint)_options.WindowBytes;
        answer.Status = FrameHeaders.StatusOf(_status, _facts.Durability);
        _writer.Append(ref answer, [], ReplicaDeadline.After(s_sending));
        _writer.Send(ReplicaDeadline.After(s_sending));
        _dueFrames = 0;
        _dueBytes = 0;

        // A refused range is told once; what the medium did stays.
        _status = _status == Errno.InputOutput ? _status : Errno.None;
    }

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

    private void Note(int error) => _status = _status == Errno.None ? error : _status;
}
