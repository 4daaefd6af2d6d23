using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// Keeps a map alive for one scope and gives access to it. Write
/// <c>using scoped PmemMapLease lease = map.Lease();</c> so that no span or cursor can outlive it.
/// Threads: the lease belongs to the thread that took it.
/// </summary>
public ref struct PmemMapLease
{
    private readonly NativeRange _range;
    private PmemMap? _map;

    internal PmemMapLease(PmemMap map)
    {
        bool added = false;
        map.Handle.DangerousAddRef(ref added);
        _map = map;
        _range = map.Handle.Range;
    }

    /// <summary>Gets the size of the map in bytes.</summary>
    public readonly long LengthBytes => _range.LengthBytes;

    /// <summary>A cursor onto the object at an offset.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="offset">Byte offset, a multiple of the layout's alignment.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit, or is not aligned.</exception>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    public readonly Persistent<T> At<T>(long offset)
        where T : unmanaged, IPersistentLayout<T>
    {
        PmemMap map = Map();
        map.ThrowIfReadOnly();
        CheckLayout<T>(offset);
        return new Persistent<T>(ref _range.DangerousReference<T>(offset), map, offset);
    }

    /// <summary>A cursor without stores onto the object at an offset; works on a read-only map too.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="offset">Byte offset, a multiple of the layout's alignment.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit, or is not aligned.</exception>
    public readonly ReadOnlyPersistent<T> ReadAt<T>(long offset)
        where T : unmanaged, IPersistentLayout<T>
    {
        _ = Map();
        CheckLayout<T>(offset);
        return new ReadOnlyPersistent<T>(ref _range.DangerousReference<T>(offset));
    }

    /// <summary>A read-only window onto the bytes; valid inside the lease.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Its length.</param>
    public readonly ReadOnlySpan<byte> Window(long offset, int lengthBytes)
    {
        _ = Map();
        return _range.Window(offset, lengthBytes);
    }

    /// <summary>
    /// Stores bytes and makes them durable with the fastest way that the medium has. Persisted on return.
    /// (pmem_memcpy_persist)
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="source">The bytes; must not overlap the destination.</param>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    public readonly void StorePersisted(long offset, ReadOnlySpan<byte> source)
    {
        PmemMap map = Map();
        map.ThrowIfReadOnly();
        MapMedium medium = map.DangerousGetMedium();
        medium.StoreFlushed(offset, source, default);
        medium.Drain(default);
    }

    /// <summary>Requests write-back of a range. Flushed on return. (pmem_flush; msync on page granularity)</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public readonly void Flush(long offset, long lengthBytes) =>
        Map().DangerousGetMedium().Flush(offset, lengthBytes, default);

    /// <summary>Waits until everything this thread flushed is power-safe. Persisted on return. (pmem_drain)</summary>
    public readonly void Drain() => Map().DangerousGetMedium().Drain(default);

    /// <summary>Flush, then drain. Persisted on return. (pmem_persist)</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public readonly void Persist(long offset, long lengthBytes) =>
        Map().DangerousGetMedium().Persist(offset, lengthBytes, default);

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
        PmemMap map = _map ?? throw new ObjectDisposedException(nameof(PmemMapLease));
        map.ThrowIfFaulted();
        return map;
    }
}
