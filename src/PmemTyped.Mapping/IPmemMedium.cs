namespace PmemTyped.Mapping;

/// <summary>
/// The one seam between protocols and memory. Everything above this layer stores to persistent memory only
/// through it, generic over a struct implementation so that the real one costs nothing.
/// Offsets are in bytes from the start of the medium; every access is bounds-checked, typed ones for natural
/// alignment too (<see cref="ArgumentOutOfRangeException"/>). Threads: as safe as memory; stores to different
/// bytes are independent.
/// </summary>
public interface IPmemMedium
{
    /// <summary>Gets the size in bytes.</summary>
    long LengthBytes { get; }

    /// <summary>Gets what must be done to persist a byte.</summary>
    StoreGranularity Granularity { get; }

    /// <summary>Throws when an earlier flush failed, so that nothing is trusted after it.</summary>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    void ThrowIfFaulted();

    /// <summary>Loads 4 bytes with one load.</summary>
    /// <param name="offset">A multiple of 4.</param>
    uint Load32(long offset);

    /// <summary>Loads 8 bytes with one load.</summary>
    /// <param name="offset">A multiple of 8.</param>
    ulong Load64(long offset);

    /// <summary>Copies bytes out.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="destination">Receives as many bytes as it is long.</param>
    void Load(long offset, Span<byte> destination);

    /// <summary>
    /// Hints that the cache line of a byte will be loaded soon. Nothing waits for it and nothing is stored; a medium
    /// that is not memory ignores it. Harmless on a medium that is being closed.
    /// </summary>
    /// <param name="offset">Any offset.</param>
    void Prefetch(long offset);

    /// <summary>
    /// Hints that bytes will be loaded soon, so that those of a file are read in the background. Nothing waits for it; a medium
    /// without a file ignores it. Harmless on a medium that is being closed.
    /// </summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    void Preload(long offset, long lengthBytes);

    /// <summary>A read-only window onto the bytes, valid until the medium is closed.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Its length.</param>
    ReadOnlySpan<byte> Window(long offset, int lengthBytes);

    /// <summary>Stores 4 bytes with one store that is never torn. Stored on return.</summary>
    /// <param name="offset">A multiple of 4.</param>
    /// <param name="value">The value.</param>
    void Store32(long offset, uint value);

    /// <summary>Stores 8 bytes with one store that is never torn. Stored on return.</summary>
    /// <param name="offset">A multiple of 8.</param>
    /// <param name="value">The value.</param>
    void Store64(long offset, ulong value);

    /// <summary>Stores bytes in any order. Stored on return.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="source">The bytes.</param>
    void Store(long offset, ReadOnlySpan<byte> source);

    /// <summary>Stores bytes in any order and flushes them, the fast way for bulk data. Flushed on return.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="point">The ordering point this flush belongs to.</param>
    void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point);

    /// <summary>Stores zeros and flushes them. Flushed on return.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="point">The ordering point this flush belongs to.</param>
    void ClearFlushed(long offset, long lengthBytes, OrderingPoint point);

    /// <summary>Requests write-back of a range. Flushed on return.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="point">The ordering point this flush belongs to.</param>
    /// <exception cref="PmemFaultedException">The flush failed, or an earlier one did.</exception>
    void Flush(long offset, long lengthBytes, OrderingPoint point);

    /// <summary>Waits until everything this thread flushed is power-safe. Persisted on return.</summary>
    /// <param name="point">The ordering point.</param>
    void Drain(OrderingPoint point);

    /// <summary>Flush, then drain. Persisted on return.</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="point">The ordering point.</param>
    void Persist(long offset, long lengthBytes, OrderingPoint point);
}
