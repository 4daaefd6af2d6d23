using PmemTyped.Mapping;

namespace PmemTyped.Sets;

/// <content>Copies, moves and fills.</content>
public readonly ref partial struct PmemSetLease
{
    // A copy or move across parts goes in pieces that a span can hold.
    private const int MaxPieceBytes = 1 << 30;

    /// <summary>
    /// Copies bytes into the set. Persisted on return; with NoDrain Flushed, with NoFlush Stored. (pmemset_memcpy)
    /// </summary>
    /// <param name="address">Where they go.</param>
    /// <param name="source">The bytes; they may lie in the set, and overlap the destination inside one part.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">No part holds a byte of the range, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Copy(long address, ReadOnlySpan<byte> source, StoreOptions options = StoreOptions.None)
    {
        Require(address, source.Length);
        Tell(PmemSetEventKind.Copy, address, source.Length, options, 0, 0);
        int done = 0;
        while (done < source.Length)
        {
            ref readonly MapMedium medium = ref _snapshot.MediumAt(address + done, out long offset);
            int here = (int)Math.Min(source.Length - done, medium.LengthBytes - offset);
            medium.Copy(offset, source.Slice(done, here), options);
            done += here;
        }

        Finish(address, source.Length, options);
    }

    /// <summary>Copies bytes inside the set with the promises of <see cref="Copy"/>. (pmemset_memmove)</summary>
    /// <param name="address">Where they go.</param>
    /// <param name="sourceAddress">Where they are; the two ranges may overlap.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">No part holds a byte of a range, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Move(long address, long sourceAddress, long lengthBytes, StoreOptions options = StoreOptions.None)
    {
        Require(address, lengthBytes);
        Require(sourceAddress, lengthBytes);
        Tell(PmemSetEventKind.Move, address, lengthBytes, options, sourceAddress, 0);

        // Upwards from the end, downwards from the start, so that no byte is overwritten before it was read.
        bool fromEnd = address > sourceAddress;
        long done = 0;
        while (done < lengthBytes)
        {
            long left = lengthBytes - done;
            long here = fromEnd
                ? Math.Min(RoomBefore(address + left), RoomBefore(sourceAddress + left))
                : Math.Min(RoomAfter(address + done), RoomAfter(sourceAddress + done));
            here = Math.Min(Math.Min(here, left), MaxPieceBytes);
            long at = fromEnd ? left - here : done;
            ref readonly MapMedium from = ref _snapshot.MediumAt(sourceAddress + at, out long fromOffset);
            ref readonly MapMedium to = ref _snapshot.MediumAt(address + at, out long toOffset);
            to.Copy(toOffset, from.Window(fromOffset, (int)here), options);
            done += here;
        }

        Finish(address, lengthBytes, options);
    }

    /// <summary>Stores one value into every byte of a range, with the promises of <see cref="Copy"/>. (pmemset_memset)</summary>
    /// <param name="address">First address.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">No part holds a byte of the range, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Fill(long address, long lengthBytes, byte value, StoreOptions options = StoreOptions.None)
    {
        Require(address, lengthBytes);
        Tell(PmemSetEventKind.Set, address, lengthBytes, options, 0, value);
        long done = 0;
        while (done < lengthBytes)
        {
            ref readonly MapMedium medium = ref _snapshot.MediumAt(address + done, out long offset);
            long here = Math.Min(lengthBytes - done, medium.LengthBytes - offset);
            medium.Fill(offset, here, value, options);
            done += here;
        }

        Finish(address, lengthBytes, options);
    }

    private void Tell(
        PmemSetEventKind kind, long address, long lengthBytes, StoreOptions options, long sourceAddress, byte value)
    {
        if (_isHeard)
        {
            _set.Raise(new PmemSetEvent
            {
                Kind = kind,
                Address = address,
                LengthBytes = lengthBytes,
                Options = options,
                SourceAddress = sourceAddress,
                Value = value,
            });
        }
    }

    // Drain is raised even with NoFlush, unless NoDrain says that the caller drains.
    private void Finish(long address, long lengthBytes, StoreOptions options)
    {
        if (!_isHeard)
        {
            return;
        }

        bool isFlushed = (options & StoreOptions.NoFlush) == 0;
        if (isFlushed)
        {
            _set.Relay?.Flushed(address, lengthBytes);
        }

        if ((options & StoreOptions.NoDrain) == 0)
        {
            if (isFlushed)
            {
                _set.Relay?.Drained();
            }

            _set.Raise(new PmemSetEvent { Kind = PmemSetEventKind.Drain });
        }
    }

    private long RoomBefore(long end)
    {
        _ = _snapshot.MediumAt(end - 1, out long offset);
        return offset + 1;
    }
}
