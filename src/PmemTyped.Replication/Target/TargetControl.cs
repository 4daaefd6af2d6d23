using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Target;

/// <summary>
/// The target's end of a new connection: a control connection, or a lane that joins. Requests are served in their order; one
/// that is refused is answered, and the connection stays. Threads: one.
/// </summary>
internal sealed class TargetControl(
    ReplicaConnection connection, TargetSessions sessions, ReplicaServerOptions options) : IDisposable
{
    private readonly FrameReader _reader = new(connection, FrameHeaders.ControlLane, ControlRequestLayout.MaxBytes, extraBytes: 0);
    private readonly FrameWriter _writer = new(connection);
    private TargetSession? _session;
    private Action? _settled;

    /// <summary>Serves until the stream ends, or the initiator says nothing for too long.</summary>
    /// <param name="spoken">Is called when a request was read.</param>
    /// <param name="settled">Is called once, when the connection has a pool or a lane; it counts as a stranger's before.</param>
    internal void Run(Action spoken, Action settled)
    {
        TimeSpan patience = options.HandshakeTimeout;
        _settled = settled;
        try
        {
            while (_reader.TryReadHeader(out FrameHeaderLayout header, ReplicaDeadline.After(patience)))
            {
                ReadOnlySpan<byte> payload = _reader.ReadPayload(in header, ReplicaDeadline.After(options.HandshakeTimeout));
                spoken();
                if (!Serve(in header, payload))
                {
                    return;
                }

                patience = _session is null ? options.HandshakeTimeout : options.SessionTimeout;
            }
        }
        catch (FrameException e)
        {
            Refuse(request: 0, e);
        }
    }

    public void Dispose()
    {
        if (_session is not null)
        {
            sessions.Detach(_session, connection);
        }
    }

    private bool Serve(in FrameHeaderLayout header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind is not (FrameKind.Control or FrameKind.Ping))
        {
            throw new FrameException(RemoteErrno.Protocol, $"A frame of kind {header.Kind} has no place on the control connection.");
        }

        try
        {
            return header.Kind == FrameKind.Ping
                ? ServePing(in header)
                : Serve((ControlOperation)header.Flags, in header, ControlMessage.Read(payload));
        }
        catch (FrameException e)
        {
            Refuse(header.Request, e);
            return true;
        }
    }

    // A writer that was replaced learns it from its own sign of life.
    private bool ServePing(in FrameHeaderLayout header)
    {
        _session?.Facts.Fence.ThrowIfRaised();
        FrameHeaderLayout pong = FrameHeaders.Of(FrameKind.Ping, FrameHeaders.ControlLane);
        pong.Request = header.Request;
        Send(ref pong, []);
        return true;
    }

    private bool Serve(ControlOperation operation, in FrameHeaderLayout header, ControlMessage message)
    {
        uint request = header.Request;
        switch (operation)
        {
            case ControlOperation.Create or ControlOperation.Open:
                RequireNoSession();
                _session = sessions.Begin(connection, message, operation == ControlOperation.Create, header.Epoch);
                Settle();
                AnswerWithPool(request, _session);
                return true;
            case ControlOperation.Resume:
                RequireNoSession();
                _session = sessions.Resume(connection, message.Fixed.Ticket);
                Settle();
                AnswerWithPool(request, _session);
                return true;
            case ControlOperation.SetAttributes:
                sessions.SetAttributes(Session(), message.Attributes ?? default);
                Answer(request, default, attributes: null);
                return true;
            case ControlOperation.Ticket:
                Answer(request, new ControlAnswerLayout { Ticket = Session().NewTicket(options.TicketLifetime) }, attributes: null);
                return true;
            case ControlOperation.Join:
                RequireNoSession();
                Join(request, message);
                return false;
            case ControlOperation.Close:
                Close((message.Options & ControlOptions.RemoveCreated) != 0);
                Answer(request, default, attributes: null);
                return false;
            case ControlOperation.Remove:
                RequireNoSession();
                sessions.Remove(connection.PeerIdentity, message);
                Answer(request, default, attributes: null);
                return true;
            case ControlOperation.History:
                AnswerWithHistory(request, sessions.History(connection.PeerIdentity, message.Name));
                return true;
            case ControlOperation.Promise:
                AnswerWithHistory(request, sessions.Promise(connection.PeerIdentity, message.Name, header.Epoch));
                return true;
            case ControlOperation.Replace:
                AnswerWithHistory(request, sessions.Replace(connection.PeerIdentity, message, header.Epoch));
                return true;
            case ControlOperation.Stat:
                AnswerWithStat(request, sessions.Stat(connection.PeerIdentity, message.Name));
                return true;
            default:
                throw new FrameException(Errno.Invalid, FormattableString.Invariant($"There is no control operation {(int)operation}."));
        }
    }

    private void Join(uint request, ControlMessage message)
    {
        TargetSession session = sessions.Admit(message.Fixed.Ticket, connection.PeerIdentity);
        if (message.Fixed.Lanes >= (uint)session.Lanes)
        {
            throw new FrameException(Errno.Invalid, FormattableString.Invariant($"There is no lane {message.Fixed.Lanes}."));
        }

        session.Serve(connection, (int)message.Fixed.Lanes, options, () =>
        {
            Settle();
            Answer(request, default, attributes: null);
        });
    }

    private void Settle()
    {
        _settled?.Invoke();
        _settled = null;
    }

    private void Close(bool removesCreated)
    {
        TargetSession session = _session ?? throw NoPool();
        _session = null;
        if (removesCreated && session.IsCreated && !session.Facts.Fence.IsRaised)
        {
            session.Pool.Unlink();
        }

        sessions.Close(session, "close");
    }

    private void AnswerWithPool(uint request, TargetSession session)
    {
        ControlAnswerLayout answer = new()
        {
            Ticket = session.Token,
            PoolBytes = session.Pool.LimitBytes,
            Lanes = (uint)session.Lanes,
            Options = (uint)((session.Pool.HasHeaders ? PoolFlags.HasHeaders : PoolFlags.None)
                | (session.Pool.IsSingleHeader ? PoolFlags.SingleHeader : PoolFlags.None) | PoolFlags.IsOpen),
            WindowBytes = (uint)options.WindowBytes,
            WindowFrames = (uint)options.WindowFrames,
            FrameBytes = (uint)options.MaxFrameBytes,
            Durability = (uint)session.Facts.Durability,
        };
        Answer(request, answer, session.Pool.Attributes);
    }

    private void AnswerWithStat(uint request, RemotePoolStat stat)
    {
        ControlAnswerLayout answer = new()
        {
            PoolBytes = stat.LimitBytes,
            Options = (uint)((stat.HasHeaders ? PoolFlags.HasHeaders : PoolFlags.None)
                | (stat.IsSingleHeader ? PoolFlags.SingleHeader : PoolFlags.None)
                | (stat.IsOpen ? PoolFlags.IsOpen : PoolFlags.None)),
        };
        Answer(request, answer, stat.Attributes);
    }

    private void Answer(uint request, ControlAnswerLayout answer, RemotePoolAttributes? attributes)
    {
        byte[] payload = new byte[ControlAnswerLayout.SizeBytes + (attributes is null ? 0 : RemotePoolAttributes.SizeBytes)];
        Blittable.AsBytes(in answer).CopyTo(payload);
        if (attributes is { } stored)
        {
            Blittable.AsBytes(in stored).CopyTo(payload.AsSpan(ControlAnswerLayout.SizeBytes));
        }

        AnswerBytes(request, payload);
    }

    private void AnswerWithHistory(uint request, in ReplicaMetadata history)
    {
        byte[] payload = new byte[ControlAnswerLayout.SizeBytes + ReplicaMetadataLayout.SizeBytes];
        ReplicaMetadataLayout slot = history.ToLayout(sequence: 1);
        Blittable.AsBytes(in slot).CopyTo(payload.AsSpan(ControlAnswerLayout.SizeBytes));
        AnswerBytes(request, payload);
    }

    private void AnswerBytes(uint request, byte[] payload)
    {
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Control, FrameHeaders.ControlLane);
        header.Request = request;
        header.Epoch = _session?.Facts.Epoch ?? 0;
        Send(ref header, payload);
    }

    private void Refuse(uint request, FrameException reason)
    {
        sessions.Refused(connection.PeerIdentity, reason);
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Error, FrameHeaders.ControlLane);
        header.Request = request;
        header.Status = FrameHeaders.StatusOf(reason.Error, ReplicaDurability.None);
        byte[] text = Encoding.UTF8.GetBytes(reason.Message);
        Send(ref header, text.AsSpan(0, Math.Min(text.Length, ControlRequestLayout.MaxNameBytes)));
    }

    private void Send(ref FrameHeaderLayout header, ReadOnlySpan<byte> payload)
    {
        _writer.Append(ref header, payload, ReplicaDeadline.After(options.HandshakeTimeout));
        _writer.Send(ReplicaDeadline.After(options.HandshakeTimeout));
    }

    // What an old writer asks is refused; it may still close.
    private TargetSession Session()
    {
        TargetSession session = _session ?? throw NoPool();
        session.Facts.Fence.ThrowIfRaised();
        return session;
    }

    private static FrameException NoPool() => new(Errno.Invalid, "No pool is open on this connection.");

    private void RequireNoSession()
    {
        if (_session is not null)
        {
            throw new FrameException(Errno.Invalid, "A pool is open on this connection; use another one.");
        }
    }
}
