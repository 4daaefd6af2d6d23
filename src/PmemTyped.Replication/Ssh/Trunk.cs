namespace PmemTyped.Replication.Ssh;

/// <summary>
/// Many connections over one pair of pipes (Design 0024). The reader never waits for who uses a stream; senders wait with their
/// deadline for room in a buffer that a thread empties, because a write to a pipe has no deadline. Threads: safe.
/// </summary>
internal sealed partial class Trunk
{
    /// <summary>How many bytes of a stream may be under way in one direction.</summary>
    internal const int WindowBytes = 1 << 20;

    /// <summary>More lanes than a target grants by default, and a control connection for each pool.</summary>
    internal const int MaxStreams = 128;

    private const int OutgoingBytes = 256 << 10;

    // Frames without payload must not wait: a peer that sends nothing would never make room.
    private const int ReservedBytes = 16 << 10;
    private const int SliceMs = 50;

    private readonly object _lock = new();
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Func<string> _reason;
    private readonly Dictionary<ushort, TrunkStream> _streams = [];
    private readonly Queue<TrunkStream> _opened = new();
    private readonly ByteRing _outgoing = new(OutgoingBytes);
    private ushort _next;
    private IOException? _failure;

    /// <param name="input">What the peer sends, after the hello.</param>
    /// <param name="output">What is sent to it.</param>
    /// <param name="peerIdentity">Who the peer is.</param>
    /// <param name="reason">Why the pipes ended, when they did.</param>
    internal Trunk(Stream input, Stream output, string peerIdentity, Func<string> reason)
    {
        _input = input;
        _output = output;
        _reason = reason;
        PeerIdentity = peerIdentity;
    }

    internal string PeerIdentity { get; }

    /// <summary>Gets a value indicating whether it is of no more use.</summary>
    internal bool IsEnded
    {
        get
        {
            lock (_lock)
            {
                return _failure is not null;
            }
        }
    }

    internal void Start()
    {
        new Thread(ReadAll) { IsBackground = true, Name = "replica trunk in" }.Start();
        new Thread(WriteAll) { IsBackground = true, Name = "replica trunk out" }.Start();
    }

    /// <summary>Begins a stream; only the initiator does.</summary>
    internal TrunkStream Open(in ReplicaDeadline deadline)
    {
        lock (_lock)
        {
            ThrowIfEnded();
            if (_streams.Count == MaxStreams)
            {
                throw new IOException(FormattableString.Invariant($"{MaxStreams} connections run over this ssh already. Close one, or use another transport."));
            }

            while (_outgoing.Room - ReservedBytes < TrunkFrame.HeaderBytes)
            {
                Wait(in deadline);
                ThrowIfEnded();
            }

            do
            {
                _next++;
            }
            while (_streams.ContainsKey(_next));

            var stream = new TrunkStream(this, _next);
            _streams.Add(_next, stream);
            Append(new TrunkFrame(TrunkFrameKind.Open, stream.Number, 0), []);
            return stream;
        }
    }

    /// <summary>Waits for a stream that the peer began; null when none came, or the trunk ended.</summary>
    internal TrunkStream? Accept(int waitMs)
    {
        lock (_lock)
        {
            if (_opened.Count == 0)
            {
                _ = Monitor.Wait(_lock, waitMs);
            }

            return _opened.TryDequeue(out TrunkStream? stream) ? stream : null;
        }
    }

    internal int Receive(TrunkStream stream, Span<byte> buffer, in ReplicaDeadline deadline)
    {
        lock (_lock)
        {
            while (stream.Received.Count == 0)
            {
                if (stream.IsEndedThere || stream.IsEndedHere || stream.IsReceivingEnded)
                {
                    return 0;
                }

                ThrowIfEnded();
                Wait(in deadline);
            }

            int received = stream.Received.Take(buffer);
            stream.Uncredited += received;
            if (stream.Uncredited >= WindowBytes / 2 && !stream.IsEndedThere && _failure is null)
            {
                Append(new TrunkFrame(TrunkFrameKind.Credit, stream.Number, stream.Uncredited), []);
                stream.Uncredited = 0;
            }

            return received;
        }
    }

    /// <summary>Sends some of the bytes; how many.</summary>
    internal int Send(TrunkStream stream, ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        lock (_lock)
        {
            while (true)
            {
                ThrowIfEnded();
                if (stream.IsEndedHere || stream.IsEndedThere)
                {
                    throw new IOException("The connection was closed.");
                }

                deadline.ThrowIfOver();
                int room = _outgoing.Room - ReservedBytes - TrunkFrame.HeaderBytes;
                int sent = Math.Min(Math.Min(bytes.Length, stream.Credit), Math.Min(room, TrunkFrame.MaxPayloadBytes));
                if (sent > 0)
                {
                    stream.Credit -= sent;
                    Append(new TrunkFrame(TrunkFrameKind.Data, stream.Number, sent), bytes[..sent]);
                    return sent;
                }

                Wait(in deadline);
            }
        }
    }

    internal void EndReceiving(TrunkStream stream)
    {
        lock (_lock)
        {
            stream.IsReceivingEnded = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Ends a stream here, and tells the peer once.</summary>
    internal void End(TrunkStream stream)
    {
        lock (_lock)
        {
            if (stream.IsEndedHere)
            {
                return;
            }

            stream.IsEndedHere = true;
            if (_failure is null)
            {
                Append(new TrunkFrame(TrunkFrameKind.Close, stream.Number, 0), []);
            }

            Forget(stream);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Ends all streams. The pipes belong to whoever made the trunk; closing them ends the threads.</summary>
    internal void Stop() => Fail(new IOException("The connection was closed."));

    // A number is free when both sides have done with it.
    private void Forget(TrunkStream stream)
    {
        if (stream.IsEndedHere && stream.IsEndedThere)
        {
            _streams.Remove(stream.Number);
        }
    }

    private void Append(TrunkFrame frame, ReadOnlySpan<byte> payload)
    {
        if (_outgoing.Room < TrunkFrame.HeaderBytes + payload.Length)
        {
            Fail(new IOException("The peer takes nothing more, not even the end of a connection."));
            return;
        }

        Span<byte> header = stackalloc byte[TrunkFrame.HeaderBytes];
        frame.Write(header);
        _outgoing.Append(header);
        _outgoing.Append(payload);
        Monitor.PulseAll(_lock);
    }

    private void Wait(in ReplicaDeadline deadline)
    {
        deadline.ThrowIfOver();
        _ = Monitor.Wait(_lock, Math.Min(SliceMs, deadline.RemainingMs));
    }

    private void Fail(IOException failure)
    {
        lock (_lock)
        {
            _failure ??= failure;
            Monitor.PulseAll(_lock);
        }
    }

    // A new one each time: who throws one exception twice loses where.
    private void ThrowIfEnded()
    {
        if (_failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private static IOException OutOfStep() => new("The other end of ssh is out of step: a frame of the trunk has no place there.");
}
