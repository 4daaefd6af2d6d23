namespace PmemTyped.Replication.Fabric;

/// <summary>
/// What arrived and was not taken yet, in its order. Small messages are copied out while nothing waits in a slot, so that their slots
/// can be posted again: acknowledgements for a whole window fit, as they fit the buffer of a socket. Threads: the channel's gate.
/// </summary>
internal sealed class FabricArrivals(int slots)
{
    /// <summary>Room for copies: more than the acknowledgements of all frames that a lane may have under way.</summary>
    internal const int EarlyBytes = 64 << 10;

    /// <summary>The largest payload that is copied out.</summary>
    internal const int SmallBytes = 1 << 10;

    private readonly byte[] _early = new byte[EarlyBytes];
    private readonly FabricArrival[] _late = new FabricArrival[slots];
    private int _earlyStart;
    private int _earlyCount;
    private int _lateStart;
    private int _lateCount;

    /// <summary>Where the payload is to be copied to; empty when it has to stay in its slot.</summary>
    /// <param name="lengthBytes">Its length.</param>
    internal Span<byte> RoomForEarly(int lengthBytes)
    {
        if (_earlyCount == 0)
        {
            _earlyStart = 0;
        }

        int end = _earlyStart + _earlyCount;
        if (_lateCount > 0 || lengthBytes > SmallBytes || lengthBytes > EarlyBytes - _earlyCount)
        {
            return default;
        }

        if (lengthBytes > EarlyBytes - end)
        {
            _early.AsSpan(_earlyStart, _earlyCount).CopyTo(_early);
            _earlyStart = 0;
            end = _earlyCount;
        }

        _earlyCount += lengthBytes;
        return _early.AsSpan(end, lengthBytes);
    }

    internal void AddLate(FabricArrival arrival)
    {
        _late[(_lateStart + _lateCount) % _late.Length] = arrival;
        _lateCount++;
    }

    /// <summary>Takes copies; 0 when there are none. They come before everything in slots.</summary>
    internal int TakeEarly(Span<byte> buffer)
    {
        int lengthBytes = Math.Min(buffer.Length, _earlyCount);
        _early.AsSpan(_earlyStart, lengthBytes).CopyTo(buffer);
        _earlyStart += lengthBytes;
        _earlyCount -= lengthBytes;
        return lengthBytes;
    }

    internal bool TryPeek(out FabricArrival arrival)
    {
        arrival = _lateCount > 0 ? _late[_lateStart] : default;
        return _lateCount > 0;
    }

    /// <summary>Takes bytes of the first slot.</summary>
    /// <returns>Whether the slot is free now.</returns>
    internal bool Advance(int lengthBytes)
    {
        FabricArrival first = _late[_lateStart];
        if (lengthBytes < first.LengthBytes)
        {
            _late[_lateStart] = new FabricArrival(first.Slot, first.Offset + lengthBytes, first.LengthBytes - lengthBytes);
            return false;
        }

        _lateStart = (_lateStart + 1) % _late.Length;
        _lateCount--;
        return true;
    }
}
