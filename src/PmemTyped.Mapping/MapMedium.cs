using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// The medium over real memory: a <see cref="PmemMap"/>. The caller keeps the map alive while it uses the
/// medium. Ordering points vanish at compile time.
/// </summary>
public readonly struct MapMedium : IPmemMedium
{
    // A value beside the three real ones, compared with last: a map that nobody listens to pays nothing.
    private const StoreGranularity Heard = StoreGranularity.Page + 1;

    private readonly NativeRange _range;
    private readonly PmemMap _map;
    private readonly StoreGranularity _granularity;

    internal MapMedium(PmemMap map, NativeRange range)
        : this(map, range, map.Listener is null ? map.Granularity : Heard)
    {
    }

    internal MapMedium(PmemMap map, NativeRange range, StoreGranularity granularity)
    {
        _map = map;
        _range = range;
        _granularity = granularity;
    }

    /// <inheritdoc/>
    public long LengthBytes => _range.LengthBytes;

    /// <inheritdoc/>
    public StoreGranularity Granularity => _granularity == Heard ? _map.Granularity : _granularity;

    /// <summary>Gets this medium without its listener.</summary>
    private MapMedium Unheard => new(_map, _range, _map.Granularity);

    /// <inheritdoc/>
    public void ThrowIfFaulted() => _map.ThrowIfFaulted();

    /// <inheritdoc/>
    public uint Load32(long offset) => _range.LoadAtomic<uint>(offset);

    /// <inheritdoc/>
    public ulong Load64(long offset) => _range.LoadAtomic<ulong>(offset);

    /// <inheritdoc/>
    public void Load(long offset, Span<byte> destination) => _range.Load(offset, destination);

    /// <inheritdoc/>
    public void Prefetch(long offset) => _range.Prefetch(offset);

    /// <inheritdoc/>
    public void Preload(long offset, long lengthBytes) => _map.Preload(offset, lengthBytes);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) => _range.Window(offset, lengthBytes);

    /// <inheritdoc/>
    public void Store32(long offset, uint value) => _range.Store32(offset, value);

    /// <inheritdoc/>
    public void Store64(long offset, ulong value) => _range.Store64(offset, value);

    /// <inheritdoc/>
    public void Store(long offset, ReadOnlySpan<byte> source) => _range.Store(offset, source);

    /// <inheritdoc/>
    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point) =>
        Copy(offset, source, StoreOptions.NoDrain);

    /// <inheritdoc/>
    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point) =>
        Fill(offset, lengthBytes, 0, StoreOptions.NoDrain);

    /// <inheritdoc/>
    public void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
        if (_granularity == StoreGranularity.Page)
        {
            SyncPages(offset, lengthBytes);
        }
        else if (_granularity == StoreGranularity.CacheLine)
        {
            _range.FlushLines(offset, lengthBytes);
            MappingMetrics.Flushed(offset, lengthBytes);
        }
        else if (_granularity == StoreGranularity.Byte)
        {
            _range.Check(offset, lengthBytes);
        }
        else
        {
            Unheard.Flush(offset, lengthBytes, point);
            _map.Listener!.Flushed(offset, lengthBytes);
        }
    }

    /// <inheritdoc/>
    public void Drain(OrderingPoint point)
    {
        if (_granularity >= StoreGranularity.Page)
        {
            DrainHeard(point);
            return;
        }

        long started = MappingMetrics.StartDrain();
        if (_granularity == StoreGranularity.CacheLine)
        {
            PersistInstructions.Drain();
        }
        else
        {
            PersistInstructions.Fence();
        }

        MappingMetrics.Drained(started);
    }

    /// <inheritdoc/>
    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
        Flush(offset, lengthBytes, point);
        Drain(point);
    }

    /// <summary>
    /// Tells who listens to the map of a range that <see cref="PersistAnnounced"/> will make durable; without a listener does
    /// nothing. Where pages are synced one call covers far more than was stored, and a copy needs no more than that.
    /// </summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public void Announce(long offset, long lengthBytes)
    {
        if (_granularity == Heard)
        {
            _map.Listener!.Flushed(offset, lengthBytes);
        }
    }

    /// <summary>
    /// As <see cref="Persist"/>, of everything from the first byte that was announced to the last. Who listens hears of the
    /// announced ranges only. Persisted on return.
    /// </summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="point">Its ordering point.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void PersistAnnounced(long offset, long lengthBytes, OrderingPoint point)
    {
        if (_granularity == Heard)
        {
            Unheard.Persist(offset, lengthBytes, point);
            _map.Listener!.Drained();
        }
        else
        {
            Persist(offset, lengthBytes, point);
        }
    }

    /// <summary>
    /// Flushes bytes past the buffers of the memory controller too, where the map has such a medium behind it; elsewhere does
    /// nothing more than a persist did. (pmem_deep_persist)
    /// </summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void DeepPersist(long offset, long lengthBytes) => _map.DeepPersistWherePossible(offset, lengthBytes);

    /// <summary>
    /// Copies bytes in, wherever they lie; they may overlap the destination. Persisted on return; with NoDrain Flushed,
    /// with NoFlush Stored. (pmem_memcpy)
    /// </summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map, or an option is unknown; nothing is stored.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Copy(long offset, ReadOnlySpan<byte> source, StoreOptions options)
    {
        StoreWay way = WayOf(options, source.Length);
        _range.Copy(offset, source, way);
        Finish(offset, source.Length, options, way);
    }

    /// <summary>Copies bytes inside the map with the promises of <see cref="Copy"/>. (pmem_memmove)</summary>
    /// <param name="destinationOffset">Any offset.</param>
    /// <param name="sourceOffset">Any offset; the two ranges may overlap.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <inheritdoc cref="Copy" path="/exception"/>
    public void Move(long destinationOffset, long sourceOffset, long lengthBytes, StoreOptions options)
    {
        StoreWay way = WayOf(options, lengthBytes);
        _range.Move(destinationOffset, sourceOffset, lengthBytes, way);
        Finish(destinationOffset, lengthBytes, options, way);
    }

    /// <summary>Stores one value into every byte with the promises of <see cref="Copy"/>. (pmem_memset)</summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">Hints and what is left to the caller.</param>
    /// <inheritdoc cref="Copy" path="/exception"/>
    public void Fill(long offset, long lengthBytes, byte value, StoreOptions options)
    {
        StoreWay way = WayOf(options, lengthBytes);
        _range.Fill(offset, lengthBytes, value, way);
        Finish(offset, lengthBytes, options, way);
    }

    internal ref T DangerousReference<T>(long offset)
        where T : unmanaged => ref _range.DangerousReference<T>(offset);

    // Page granularity has nothing to wait for: each flush has synced.
    private void DrainHeard(OrderingPoint point)
    {
        if (_granularity == Heard)
        {
            Unheard.Drain(point);
            _map.Listener!.Drained();
        }
    }

    private StoreWay WayOf(StoreOptions options, long lengthBytes)
    {
        _map.ThrowIfFaulted();
        return StorePlan.WayOf(Granularity, options, lengthBytes, PersistInstructions.StreamingThresholdBytes);
    }

    private void Finish(long offset, long lengthBytes, StoreOptions options, StoreWay way)
    {
        if (way is StoreWay.CachedFlushed or StoreWay.Streamed)
        {
            MappingMetrics.Flushed(offset, lengthBytes);
        }

        if (_granularity == Heard)
        {
            FinishHeard(offset, lengthBytes, options);
        }
        else if (StorePlan.SyncsPages(_granularity, options))
        {
            Flush(offset, lengthBytes, default);
        }
        else if (StorePlan.Drains(_granularity, options))
        {
            Drain(default);
        }
    }

    private void FinishHeard(long offset, long lengthBytes, StoreOptions options)
    {
        Unheard.Finish(offset, lengthBytes, options, StoreWay.Cached);
        if ((options & StoreOptions.NoFlush) != 0)
        {
            return;
        }

        _map.Listener!.Flushed(offset, lengthBytes);
        if ((options & StoreOptions.NoDrain) == 0)
        {
            _map.Listener.Drained();
        }
    }

    private void SyncPages(long offset, long lengthBytes)
    {
        long started = MappingMetrics.StartSync();
        _map.SyncPages(offset, lengthBytes);
        MappingMetrics.Synced(offset, lengthBytes, started);
    }
}
