using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Mapping;

/// <summary>
/// Keeps a map alive for one scope and gives access to it. Write
/// <c>using scoped PmemMapLease lease = map.Lease();</c> so that no span or cursor can outlive it.
/// Threads: the lease belongs to the thread that took it.
/// </summary>
public ref struct PmemMapLease
{
    // Made once: a medium that every call made and passed on would cost more than a small copy.
    private readonly MapMedium _medium;
    private PmemMap? _map;

    internal PmemMapLease(PmemMap map)
    {
        bool added = false;
        map.Handle.DangerousAddRef(ref added);
        _map = map;
        _medium = map.DangerousGetMedium();
    }

    /// <summary>Gets the size of the map in bytes.</summary>
    public readonly long LengthBytes => _medium.LengthBytes;

    /// <summary>A cursor onto the object at an offset.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="offset">Byte offset, a multiple of the layout's alignment.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit, or is not aligned.</exception>
    /// <exception cref="InvalidOperationException">The map was made without Read or without Write.</exception>
    public readonly Persistent<T> At<T>(long offset)
        where T : unmanaged, IPersistentLayout<T>
    {
        PmemMap map = Map();
        map.ThrowIfReadOnly();
        map.ThrowIfUnreadable();
        CheckLayout<T>(offset);
        return new Persistent<T>(ref _medium.DangerousReference<T>(offset), map, offset);
    }

    /// <summary>A cursor without stores onto the object at an offset; works on a read-only map too.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="offset">Byte offset, a multiple of the layout's alignment.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit, or is not aligned.</exception>
    /// <exception cref="InvalidOperationException">The map was made without Read.</exception>
    public readonly ReadOnlyPersistent<T> ReadAt<T>(long offset)
        where T : unmanaged, IPersistentLayout<T>
    {
        Map().ThrowIfUnreadable();
        CheckLayout<T>(offset);
        return new ReadOnlyPersistent<T>(ref _medium.DangerousReference<T>(offset));
    }

    /// <summary>A read-only window onto the bytes; valid inside the lease.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <exception cref="InvalidOperationException">The map was made without Read.</exception>
    public readonly ReadOnlySpan<byte> Window(long offset, int lengthBytes)
    {
        Map().ThrowIfUnreadable();
        return _medium.Window(offset, lengthBytes);
    }

    /// <summary>
    /// Copies bytes into the map, the fastest way that the medium has unless <paramref name="options"/> say otherwise.
    /// Persisted on return; with NoDrain Flushed, with NoFlush Stored. If offset and length are multiples of 8, no
    /// 8-byte word is ever half stored; nothing else is promised about order. (pmem_memcpy)
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="source">The bytes; they may lie in this map, and overlap the destination.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="PmemFaultedException">The msync of a page-granular map failed, or an earlier one did.</exception>
    public readonly void Copy(long offset, ReadOnlySpan<byte> source, StoreOptions options = StoreOptions.None)
    {
        Map().ThrowIfReadOnly();
        _medium.Copy(offset, source, options);
    }

    /// <summary>Copies bytes inside the map as <see cref="Copy"/> does. (pmem_memmove)</summary>
    /// <param name="destinationOffset">Byte offset of the destination.</param>
    /// <param name="sourceOffset">Byte offset of the source; the two ranges may overlap, equal ones store nothing.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range leaves the map, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="PmemFaultedException">The msync of a page-granular map failed, or an earlier one did.</exception>
    public readonly void Move(
        long destinationOffset, long sourceOffset, long lengthBytes, StoreOptions options = StoreOptions.None)
    {
        Map().ThrowIfReadOnly();
        _medium.Move(destinationOffset, sourceOffset, lengthBytes, options);
    }

    /// <summary>Stores one value into every byte of a range, with the promises of <see cref="Copy"/>. (pmem_memset)</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="PmemFaultedException">The msync of a page-granular map failed, or an earlier one did.</exception>
    public readonly void Fill(
        long offset, long lengthBytes, byte value, StoreOptions options = StoreOptions.None)
    {
        Map().ThrowIfReadOnly();
        _medium.Fill(offset, lengthBytes, value, options);
    }

    /// <summary>Requests write-back of a range. Flushed on return. (pmem_flush; msync on page granularity)</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="InvalidOperationException">The map was made without Read and without Write.</exception>
    [Flushes]
    public readonly void Flush(long offset, long lengthBytes)
    {
        _ = Accessible();
        _medium.Flush(offset, lengthBytes, default);
    }

    /// <summary>Waits until everything this thread flushed is power-safe. Persisted on return. (pmem_drain)</summary>
    [Drains]
    public readonly void Drain()
    {
        _ = Map();
        _medium.Drain(default);
    }

    /// <summary>Flush, then drain. Persisted on return. (pmem_persist)</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="InvalidOperationException">The map was made without Read and without Write.</exception>
    [Persists]
    public readonly void Persist(long offset, long lengthBytes)
    {
        _ = Accessible();
        _medium.Persist(offset, lengthBytes, default);
    }

    /// <summary>
    /// Requests write-back of a range even where a fence would be enough or flushing is switched off. Flushed on return;
    /// <see cref="DeepDrain"/> completes it. (pmem_deep_flush; msync on page granularity)
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes; 0 is fine.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the map.</exception>
    /// <exception cref="InvalidOperationException">The map was made without Read and without Write.</exception>
    /// <exception cref="NotSupportedException">Nothing stands behind anonymous memory.</exception>
    /// <exception cref="PmemFaultedException">The sync failed, or an earlier one did.</exception>
    public readonly void DeepFlush(long offset, long lengthBytes) => Accessible().DeepFlush(offset, lengthBytes);

    /// <summary>
    /// Waits until a flushed range has left the buffers of the memory controller: msync of a file, the deep-flush attribute
    /// of a dax device's region. On page granularity the msync of the flush already did it. Persisted on return, past the
    /// buffers that a plain persist may leave it in. (pmem_deep_drain)
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes; 0 is fine.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the map.</exception>
    /// <exception cref="InvalidOperationException">The map was made without Read and without Write.</exception>
    /// <exception cref="NotSupportedException">Anonymous memory, or a dax device whose region is not known.</exception>
    /// <exception cref="PmemFaultedException">The sync failed, or an earlier one did.</exception>
    public readonly void DeepDrain(long offset, long lengthBytes) => Accessible().DeepDrain(offset, lengthBytes);

    /// <summary>Deep flush, then deep drain. Persisted on return, as there. (pmem_deep_persist, pmem2_deep_flush)</summary>
    /// <inheritdoc cref="DeepDrain"/>
    public readonly void DeepPersist(long offset, long lengthBytes)
    {
        DeepFlush(offset, lengthBytes);
        DeepDrain(offset, lengthBytes);
    }

    /// <summary>Ends the lease; a second call does nothing.</summary>
    public void Dispose()
    {
        _map?.Handle.DangerousRelease();
        _map = null;
    }

    private static void CheckLayout<T>(long offset)
        where T : unmanaged, IPersistentLayout<T>
    {
        VerifiedLayout<T>.Ensure();
        if (offset % T.Alignment != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                FormattableString.Invariant(
                    $"Offset 0x{offset:X} is not a multiple of {T.Alignment}, the alignment of {typeof(T).Name}."));
        }
    }

    private readonly PmemMap Map()
    {
        if (_map is null)
        {
            ThrowDisposed();
        }

        _map.ThrowIfFaulted();
        return _map;
    }

    [DoesNotReturn]
    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(PmemMapLease));

    private readonly PmemMap Accessible()
    {
        PmemMap map = Map();
        map.ThrowIfInaccessible();
        return map;
    }
}
