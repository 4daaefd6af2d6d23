using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Initiator;

/// <summary>An answer of the target to a control request.</summary>
/// <param name="Fixed">The numbers.</param>
/// <param name="Attributes">The stored attributes, where the operation gives them.</param>
/// <param name="Epoch">The epoch of the session.</param>
/// <param name="Metadata">The metadata of the copy, where the operation gives them.</param>
internal readonly record struct ControlAnswer(
    ControlAnswerLayout Fixed, RemotePoolAttributes Attributes, ulong Epoch, ReplicaMetadata Metadata = default);

/// <summary>
/// The initiator's end of a control connection: one request at a time, whose answer is told from a late one by its number.
/// Threads: safe.
/// </summary>
internal sealed class RemoteControl(ReplicaConnection connection)
{
    private readonly object _lock = new();
    private readonly FrameReader _reader = new(connection, FrameHeaders.ControlLane, ControlRequestLayout.MaxBytes, extraBytes: 0);
    private readonly FrameWriter _writer = new(connection);
    private uint _request;

    /// <summary>Gets or sets the epoch that requests carry: one that is asked for, or that of the session.</summary>
    internal ulong Epoch { get; set; }

    /// <summary>Asks and waits for the answer; a refusal is a <see cref="FrameException"/> with its error number.</summary>
    internal ControlAnswer Ask(ControlOperation operation, ControlMessage message, in ReplicaDeadline deadline)
    {
        FrameHeaderLayout header = FrameHeaders.Of(FrameKind.Control, FrameHeaders.ControlLane);
        header.Flags = (byte)operation;
        Enter(in deadline);
        try
        {
            FrameHeaderLayout answer = Exchange(ref header, message.ToBytes(), out ReadOnlySpan<byte> payload, in deadline);
            if (answer.Kind != FrameKind.Control || payload.Length < ControlAnswerLayout.SizeBytes)
            {
                throw new FrameException(RemoteErrno.Protocol, "The answer of the target is malformed.");
            }

            bool hasAttributes = payload.Length == ControlAnswerLayout.SizeBytes + RemotePoolAttributes.SizeBytes;
            bool hasMetadata = payload.Length == ControlAnswerLayout.SizeBytes + ReplicaMetadataLayout.SizeBytes;
            return new ControlAnswer(
                Blittable.Read<ControlAnswerLayout>(payload),
                hasAttributes ? Blittable.Read<RemotePoolAttributes>(payload[ControlAnswerLayout.SizeBytes..]) : default,
                answer.Epoch,
                hasMetadata ? ControlMessage.ReadMetadata(payload[ControlAnswerLayout.SizeBytes..]) : default);
        }
        finally
        {
            Monitor.Exit(_lock);
        }
    }

    /// <summary>Waits for a sign of life; a request that is under way counts as one.</summary>
    internal void Ping(in ReplicaDeadline deadline)
    {
        if (!Monitor.TryEnter(_lock, deadline.RemainingMs))
        {
            return;
        }

        try
        {
            FrameHeaderLayout ping = FrameHeaders.Of(FrameKind.Ping, FrameHeaders.ControlLane);
            _ = Exchange(ref ping, [], out _, in deadline);
        }
        finally
        {
            Monitor.Exit(_lock);
        }
    }

    internal void Abort() => connection.Abort();

    /// <summary>Ends the connection; nobody asks any more.</summary>
    internal void Release() => connection.Dispose();

    private void Enter(in ReplicaDeadline deadline)
    {
        if (!Monitor.TryEnter(_lock, deadline.RemainingMs))
        {
            throw new TimeoutException("Another request did not end in time.");
        }
    }

    private FrameHeaderLayout Exchange(
        ref FrameHeaderLayout header, ReadOnlySpan<byte> body, out ReadOnlySpan<byte> payload, in ReplicaDeadline deadline)
    {
        header.Request = ++_request;
        header.Epoch = Epoch;
        _writer.Append(ref header, body, in deadline);
        _writer.Send(in deadline);
        while (_reader.TryReadHeader(out FrameHeaderLayout answer, in deadline))
        {
            payload = _reader.ReadPayload(in answer, in deadline);
            if (answer.Kind == FrameKind.Error && (answer.Request == _request || answer.Request == 0))
            {
                int error = FrameHeaders.ErrorOf(in answer);
                throw new FrameException(error == Errno.None ? RemoteErrno.Protocol : error, Encoding.UTF8.GetString(payload));
            }

            if (answer.Request == _request)
            {
                return answer;
            }
        }

        throw new EndOfStreamException("The target closed the connection.");
    }
}
