using System.Buffers.Binary;
using PmemTyped.Native.Fabric;
using PmemTyped.Native.Linux;

namespace PmemTyped.Replication.Fabric;

// Completions: one thread at a time waits for them, and does for all what follows from them.
internal sealed partial class FabricChannel
{
    // What a provider says of slots that were posted when the connection ended.
    private const int Cancelled = 125;
    private const int NotConnected = 107;
    private const int ConnectionReset = 104;
    private const int ShutDown = 108;
    private const int BrokenPipe = 32;

    /// <summary>Waits a slice for something to change since a round of completions.</summary>
    private void Await(long seen, in ReplicaDeadline deadline)
    {
        deadline.ThrowIfOver();
        int waitMs = Math.Min(SliceMs, deadline.RemainingMs);
        if (TryPump(waitMs, seen))
        {
            return;
        }

        lock (_gate)
        {
            if (_isPumping && _rounds == seen)
            {
                _ = Monitor.Wait(_gate, waitMs);
            }
        }
    }

    /// <summary>Looks at the completions, unless somebody else does.</summary>
    /// <returns>Whether there was something, or something changed meanwhile.</returns>
    private bool TryPump(int waitMs, long seen)
    {
        lock (_gate)
        {
            if (_rounds != seen)
            {
                return true;
            }

            if (_isPumping)
            {
                return false;
            }

            _isPumping = true;
        }

        Span<FabricCompletion> done = stackalloc FabricCompletion[FetchedAtOnce];
        int count = 0;
        try
        {
            FabricEvent what = FabricEvent.None;
            int error = _endpoint.Wait(done, _isEnding ? 0 : waitMs, out count);
            if (error == Errno.None && count == 0)
            {
                error = _endpoint.WaitEvent(0, default, out what, out _);
            }

            lock (_gate)
            {
                Apply(done[..count], error, what);
            }
        }
        catch (ObjectDisposedException)
        {
            _isOver = true;
        }
        finally
        {
            lock (_gate)
            {
                _isPumping = false;
                Monitor.PulseAll(_gate);
            }
        }

        return count > 0;
    }

    private void Apply(ReadOnlySpan<FabricCompletion> done, int error, FabricEvent what)
    {
        foreach (FabricCompletion one in done)
        {
            if (one.Error != Errno.None)
            {
                End(one.Error);
            }
            else if (one.Slot == NoticeSlot)
            {
                _isNoticeOut = false;
            }
            else if (one.Slot >= WindowMessages + NoticeMessages)
            {
                _freeToSend.Push(one.Slot);
            }
            else
            {
                Arrive(one);
            }
        }

        if (error != Errno.None)
        {
            End(error);
        }
        else if (_isEnding && done.IsEmpty)
        {
            _isOver = true;
        }

        // What arrived before the end may have come after the look at the queue: there is one more.
        _isEnding |= what == FabricEvent.Shutdown;
        _rounds += !done.IsEmpty || _isEnding || _isOver ? 1 : 0;
        TrySendNotice();
    }

    private void Arrive(FabricCompletion message)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (message.Slot < 0 || message.LengthBytes < HeaderBytes)
        {
            Refuse("a message without a header");
            return;
        }

        _endpoint.Read(message.Slot, 0, header);
        uint lengthBytes = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint room = BinaryPrimitives.ReadUInt32LittleEndian(header[RoomOffset..]);
        if (lengthBytes != message.LengthBytes - HeaderBytes || room > _peer.Messages - _room)
        {
            Refuse("a message that contradicts itself");
            return;
        }

        _room += (int)room;
        if (lengthBytes == 0)
        {
            Repost(message.Slot, isOwed: false);
            return;
        }

        Span<byte> early = _arrivals.RoomForEarly((int)lengthBytes);
        if (early.IsEmpty)
        {
            _arrivals.AddLate(new FabricArrival(message.Slot, HeaderBytes, (int)lengthBytes));
        }
        else
        {
            _endpoint.Read(message.Slot, HeaderBytes, early);
            Repost(message.Slot, isOwed: true);
        }
    }

    private void Repost(int slot, bool isOwed)
    {
        if (_isOver)
        {
            return;
        }

        int error = _endpoint.PostReceive(slot);
        if (error != Errno.None)
        {
            End(error);
        }

        _owed += isOwed ? 1 : 0;
    }

    private bool TryPost(int slot, int lengthBytes, out long seen)
    {
        lock (_gate)
        {
            seen = _rounds;
            if (_isOver)
            {
                throw Lost();
            }

            int error = Put(slot, lengthBytes);
            if (error is not (Errno.None or Errno.Again))
            {
                End(error);
                throw Lost();
            }

            return error == Errno.None;
        }
    }

    // Half of the window: fewer would be more messages than payload, more would let the peer wait.
    private void TrySendNotice()
    {
        if (_owed >= WindowMessages / 2 && !_isNoticeOut && !_isOver)
        {
            int error = Put(NoticeSlot, 0);
            _isNoticeOut = error == Errno.None;
            if (error is not (Errno.None or Errno.Again))
            {
                End(error);
            }
        }
    }

    private int Put(int slot, int lengthBytes)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, lengthBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[RoomOffset..], _owed);
        _endpoint.Write(slot, 0, header);
        int error = _endpoint.PostSend(slot, HeaderBytes + lengthBytes);
        _owed = error == Errno.None ? 0 : _owed;
        return error;
    }

    private void Refuse(string what)
    {
        _failure ??= $"The other side sent {what}: it is out of step, or no peer of ours.";
        _isOver = true;
    }

    // The end of a connection is the end of the stream; everything else is a failure with a reason.
    private void End(int error)
    {
        if (!_isOver && error is not (Cancelled or NotConnected or ConnectionReset or ShutDown or BrokenPipe))
        {
            _failure ??= FormattableString.Invariant($"The connection is lost: {_library.Explain(error)} ({error}).");
        }

        _isOver = true;
    }
}
