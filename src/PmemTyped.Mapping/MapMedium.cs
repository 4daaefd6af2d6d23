using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// The medium over real memory: a <see cref="PmemMap"/>. The caller keeps the map alive while it uses the
/// medium. Ordering points vanish at compile time.
/// </summary>
public readonly struct MapMedium : IPmemMedium
{
    private readonly NativeRange _range;
    private readonly PmemMap _map;
    private readonly bool _pageGranular;

    internal MapMedium(PmemMap map, NativeRange range)
    {
        _map = map;
        _range = range;
        _pageGranular = map.Granularity == StoreGranularity.Page;
    }

    /// <inheritdoc/>
    public long LengthBytes => _range.LengthBytes;

    /// <inheritdoc/>
    public StoreGranularity Granularity => _map.Granularity;

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
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) => _range.Window(offset, lengthBytes);

    /// <inheritdoc/>
    public void Store32(long offset, uint value) => _range.Store32(offset, value);

    /// <inheritdoc/>
    public void Store64(long offset, ulong value) => _range.Store64(offset, value);

    /// <inheritdoc/>
    public void Store(long offset, ReadOnlySpan<byte> source) => _range.Store(offset, source);

    /// <inheritdoc/>
    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point)
    {
        if (_pageGranular)
        {
            _range.Store(offset, source);
            _map.SyncPages(offset, source.Length);
        }
        else
        {
            _range.StoreFlushed(offset, source);
        }
    }

    /// <inheritdoc/>
    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point)
    {
        _range.Clear(offset, lengthBytes);
        Flush(offset, lengthBytes, point);
    }

    /// <inheritdoc/>
    public void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
        if (_pageGranular)
        {
            _map.SyncPages(offset, lengthBytes);
        }
        else
        {
            _range.FlushLines(offset, lengthBytes);
        }
    }

    /// <inheritdoc/>
    public void Drain(OrderingPoint point)
    {
        if (!_pageGranular)
        {
            PersistInstructions.Fence();
        }
    }

    /// <inheritdoc/>
    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
        Flush(offset, lengthBytes, point);
        Drain(point);
    }
}
