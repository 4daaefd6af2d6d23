using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric;

/// <summary>
/// A stream of bytes over messages. Each message begins with the length of its payload and with how many messages the sender has room
/// for again; a side sends only what the other has room for, so that a slot is always posted before a message comes. There is no
/// thread here: whoever waits looks at the completions for all (Design 0026). Threads: one sends and one receives at a time.
/// </summary>
internal sealed partial class FabricChannel : IDisposable
{
    internal const int SliceMs = 50;

    /// <summary>Messages with payload that may be on the way to one side.</summary>
    private const int WindowMessages = 32;

    /// <summary>
    /// Messages that only say what there is room for: one goes out when half of the window is owed, and the peer can use up the window
    /// once before it sees any, so that there are never more than two.
    /// </summary>
    private const int NoticeMessages = 2;

    private const int SendMessages = 8;
    private const int MessageBytes = 32 << 10;
    private const int NoticeSlot = WindowMessages + NoticeMessages + SendMessages;
    private const int HeaderBytes = 8;
    private const int RoomOffset = 4;
    private const int FetchedAtOnce = 8;

    // Who only sends looks at the completions this often, so that the peer's answers do not use up its window meanwhile.
    private const int SendsBetweenLooks = WindowMessages / 4;
    private const int RoundsOfLook = 8;

    private readonly object _gate = new();
    private readonly FabricLibrary _library;
    private readonly FabricEndpoint _endpoint;
    private readonly FabricGreeting _peer;
    private readonly int _payloadBytes;
    private readonly Stack<int> _freeToSend = new(SendMessages);
    private readonly FabricArrivals _arrivals = new(WindowMessages + NoticeMessages);
    private int _room;
    private int _owed;
    private long _rounds;
    private int _sendsSinceLook;
    private bool _isNoticeOut;
    private bool _isPumping;
    private bool _isReceivingOver;
    private volatile bool _isEnding;
    private volatile bool _isOver;
    private string? _failure;

    internal FabricChannel(FabricLibrary library, FabricEndpoint endpoint, FabricGreeting peer)
    {
        _library = library;
        _endpoint = endpoint;
        _peer = peer;
        _payloadBytes = Math.Min(peer.MessageBytes, MessageBytes) - HeaderBytes;
        _room = peer.Messages;
        for (int i = 0; i < SendMessages; i++)
        {
            _freeToSend.Push(WindowMessages + NoticeMessages + i);
        }
    }

    /// <summary>Gets what an endpoint of a channel has; the last slot is for notices.</summary>
    internal static FabricSlots Slots => new(WindowMessages + NoticeMessages, SendMessages + 1, MessageBytes);

    /// <summary>Gets what this side says about itself.</summary>
    internal static FabricGreeting Greeting => new(WindowMessages, MessageBytes);

    /// <summary>Posts all slots that are received into, before the connection is made.</summary>
    internal static void PostAll(FabricEndpoint endpoint, FabricAttempt attempt)
    {
        for (int slot = 0; slot < WindowMessages + NoticeMessages; slot++)
        {
            attempt.Require(endpoint.PostReceive(slot));
        }
    }

    internal int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        try
        {
            int lengthBytes;
            while (!TryTake(buffer, out lengthBytes, out bool isLast, out long seen))
            {
                if (!isLast)
                {
                    Await(seen, in deadline);
                }
                else if (!TryPump(0, seen))
                {
                    // What arrived has a completion already.
                    return 0;
                }
            }

            return lengthBytes;
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The connection was closed.", e);
        }
    }

    internal void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        try
        {
            while (bytes.Length > 0)
            {
                int slot = TakeSlot(in deadline);
                int lengthBytes = Math.Min(bytes.Length, _payloadBytes);
                _endpoint.Write(slot, HeaderBytes, bytes[..lengthBytes]);
                long seen;
                while (!TryPost(slot, lengthBytes, out seen))
                {
                    Await(seen, in deadline);
                }

                bytes = bytes[lengthBytes..];
                if (++_sendsSinceLook >= SendsBetweenLooks)
                {
                    Look(seen);
                }
            }
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The connection was closed.", e);
        }
    }

    internal void EndReceiving()
    {
        lock (_gate)
        {
            _isReceivingOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    internal void Abort()
    {
        lock (_gate)
        {
            _isOver = true;
            _rounds++;
            Monitor.PulseAll(_gate);
        }

        try
        {
            _ = _endpoint.Shutdown();
        }
        catch (ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    /// <summary>Waits a little until what was sent has left, unless the connection is over.</summary>
    internal void Linger(int waitMs)
    {
        ReplicaDeadline deadline = ReplicaDeadline.After(TimeSpan.FromMilliseconds(waitMs));
        while (deadline.RemainingMs > 0)
        {
            long seen;
            lock (_gate)
            {
                if (_isOver || _freeToSend.Count == SendMessages)
                {
                    return;
                }

                seen = _rounds;
            }

            try
            {
                Await(seen, in deadline);
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                return;
            }
        }
    }

    public void Dispose() => _endpoint.Dispose();

    private void Look(long seen)
    {
        _sendsSinceLook = 0;
        for (int i = 0; i < RoundsOfLook && TryPump(0, seen); i++)
        {
            seen = Volatile.Read(ref _rounds);
        }
    }

    // Takes what arrived, or the end: no bytes.
    private bool TryTake(Span<byte> buffer, out int lengthBytes, out bool isLast, out long seen)
    {
        FabricArrival next;
        lock (_gate)
        {
            isLast = _isReceivingOver;
            seen = _rounds;
            lengthBytes = _arrivals.TakeEarly(buffer);
            if (lengthBytes > 0)
            {
                return true;
            }

            if (!_arrivals.TryPeek(out next))
            {
                return _isOver && (_failure is null ? true : throw Lost());
            }
        }

        // It is first in line, and only this thread takes from it, so that nobody waits for the copy.
        lengthBytes = Math.Min(buffer.Length, next.LengthBytes);
        _endpoint.Read(next.Slot, next.Offset, buffer[..lengthBytes]);
        lock (_gate)
        {
            if (_arrivals.Advance(lengthBytes))
            {
                Repost(next.Slot, isOwed: true);
                TrySendNotice();
            }
        }

        return true;
    }

    // Waits until the peer has room for a message, and there is a slot to send it from.
    private int TakeSlot(in ReplicaDeadline deadline)
    {
        while (true)
        {
            long seen;
            lock (_gate)
            {
                if (_isOver)
                {
                    throw Lost();
                }

                if (_room > 0 && _freeToSend.TryPop(out int slot))
                {
                    _room--;
                    return slot;
                }

                seen = _rounds;
            }

            Await(seen, in deadline);
        }
    }

    private IOException Lost() => new(_failure ?? "The connection is lost: the other side ended it, or it was aborted.");
}
