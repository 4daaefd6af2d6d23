using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <summary>
/// Access to the bytes of all parts of a set for one scope: <c>using scoped PmemSetLease lease = set.Lease();</c>. Places are
/// addresses, as the descriptors of parts give them; a range may run over parts that lie next to each other. An address that
/// no part holds is refused before anything is stored. Threads: the lease belongs to the thread that took it.
/// (pmemset_persist, pmemset_memcpy and so on; sets specification, sections 8 and 11)
/// </summary>
public readonly ref partial struct PmemSetLease
{
    private readonly SetSnapshot _snapshot;
    private readonly PmemSet _set;
    private readonly bool _isHeard;

    internal PmemSetLease(PmemSet set, SetSnapshot snapshot)
    {
        _set = set;
        _snapshot = snapshot;
        _isHeard = set.EventHandler is not null || set.Relay is not null;
    }

    /// <summary>Flush, then drain. Persisted on return. (pmemset_persist)</summary>
    /// <param name="address">First address.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">No part holds a byte of the range.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Persist(long address, long lengthBytes)
    {
        ref readonly MapMedium medium = ref _snapshot.MediumAt(address, out long offset);
        if (_isHeard || lengthBytes > medium.LengthBytes - offset)
        {
            PersistSlowly(address, lengthBytes);
        }
        else
        {
            medium.Persist(offset, lengthBytes, default);
        }
    }

    /// <summary>Requests write-back of a range. Flushed on return. (pmemset_flush)</summary>
    /// <param name="address">First address.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">No part holds a byte of the range; nothing was flushed.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Flush(long address, long lengthBytes)
    {
        Require(address, lengthBytes);
        if (_isHeard)
        {
            _set.Raise(new PmemSetEvent { Kind = PmemSetEventKind.Flush, Address = address, LengthBytes = lengthBytes });
        }

        long at = address;
        long left = lengthBytes;
        while (left > 0)
        {
            ref readonly MapMedium medium = ref _snapshot.MediumAt(at, out long offset);
            long here = Math.Min(left, medium.LengthBytes - offset);
            medium.Flush(offset, here, default);
            (at, left) = (at + here, left - here);
        }

        _set.Relay?.Flushed(address, lengthBytes);
    }

    /// <summary>Waits until everything this thread flushed is power-safe. Persisted on return. (pmemset_drain)</summary>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    public void Drain()
    {
        DrainMemory();
        TellDrained();
    }

    /// <summary>
    /// Makes what lies in a range durable past the buffers of the memory controller. Bytes that no part holds are skipped.
    /// Persisted on return, as <see cref="PmemMapLease.DeepPersist"/> says. Raises no event. (pmemset_deep_flush)
    /// </summary>
    /// <param name="address">First address.</param>
    /// <param name="lengthBytes">Number of bytes; 0 is fine.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="PmemSetException">DEEP_FLUSH_FAIL: one of the maps could not be flushed.</exception>
    public void DeepFlush(long address, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        long end = address > long.MaxValue - lengthBytes ? long.MaxValue : address + lengthBytes;
        PartExtent[] extents = _snapshot.Extents;
        for (int i = Math.Max(_snapshot.IndexAtOrBefore(address), 0); i < extents.Length && extents[i].Start < end; i++)
        {
            foreach (PartPiece piece in extents[i].Pieces)
            {
                if (piece.Overlaps(address, end))
                {
                    DeepFlush(piece, Math.Max(address, piece.Start), Math.Min(end, piece.End));
                }
            }
        }
    }

    /// <summary>Copies bytes out.</summary>
    /// <param name="address">First address.</param>
    /// <param name="destination">Receives as many bytes as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">No part holds a byte of the range.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    public void Load(long address, Span<byte> destination)
    {
        Require(address, destination.Length);
        int done = 0;
        while (done < destination.Length)
        {
            ref readonly MapMedium medium = ref _snapshot.MediumAt(address + done, out long offset);
            int here = (int)Math.Min(destination.Length - done, medium.LengthBytes - offset);
            medium.Load(offset, destination.Slice(done, here));
            done += here;
        }
    }

    /// <summary>A read-only window onto bytes of one part; valid inside the lease.</summary>
    /// <param name="address">First address.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside one part.</exception>
    /// <exception cref="InvalidOperationException">Nothing was mapped yet.</exception>
    public ReadOnlySpan<byte> Window(long address, int lengthBytes) =>
        _snapshot.MediumAt(address, out long offset).Window(offset, lengthBytes);

    /// <summary>Ends the lease; call it once, as a using declaration does.</summary>
    public void Dispose() => _snapshot.Leave();

    private static void DeepFlush(PartPiece piece, long start, long end)
    {
        try
        {
            piece.Source.Devices.DeepPersist(piece.Map, start - piece.Start, end - start);
        }
        catch (Exception e) when (e is PmemFaultedException or NotSupportedException or PmemIOException)
        {
            throw new PmemSetException(PmemSetError.DeepFlushFail, e.Message, e);
        }
    }

    private void PersistSlowly(long address, long lengthBytes)
    {
        Flush(address, lengthBytes);
        DrainMemory();
        TellDrained();
    }

    private void DrainMemory()
    {
        if (_snapshot.Nodes.Length > 0)
        {
            _snapshot.MediumAt(_snapshot.Extents[0].Start, out _).Drain(default);
        }
        else if (_snapshot.Granularity is null)
        {
            ThrowNothingMapped();
        }
    }

    private void TellDrained()
    {
        if (_isHeard)
        {
            _set.Relay?.Drained();
            _set.Raise(new PmemSetEvent { Kind = PmemSetEventKind.Drain });
        }
    }

    private long RoomAfter(long address) => _snapshot.MediumAt(address, out long offset).LengthBytes - offset;

    // Every byte of the range before the first store or flush.
    private void Require(long address, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        long at = address;
        long left = lengthBytes;
        do
        {
            long here = Math.Min(left, RoomAfter(at));
            (at, left) = (at + here, left - here);
        }
        while (left > 0);
    }

    [DoesNotReturn]
    private static void ThrowNothingMapped() =>
        throw new InvalidOperationException("Nothing is mapped in this set yet. Map a source first.");
}
