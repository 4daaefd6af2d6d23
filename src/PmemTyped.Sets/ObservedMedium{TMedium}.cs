using PmemTyped.Mapping;

namespace PmemTyped.Sets;

/// <summary>
/// A medium whose persisted ranges are told to an observer, after the local drain and in order. A protocol core that nobody
/// observes runs over <typeparamref name="TMedium"/> itself, so observing costs nothing where it is not used.
/// </summary>
/// <typeparam name="TMedium">The medium beneath.</typeparam>
public readonly struct ObservedMedium<TMedium> : IPmemMedium
    where TMedium : struct, IPmemMedium
{
    private readonly TMedium _inner;
    private readonly PersistRelay _relay;

    /// <summary>Initializes a new instance of the <see cref="ObservedMedium{TMedium}"/> struct.</summary>
    /// <param name="inner">The medium beneath.</param>
    /// <param name="observer">Is told of every range; copies of this value share its order.</param>
    public ObservedMedium(TMedium inner, IPersistObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _inner = inner;
        _relay = new PersistRelay(observer);
    }

    /// <inheritdoc/>
    public long LengthBytes => _inner.LengthBytes;

    /// <inheritdoc/>
    public StoreGranularity Granularity => _inner.Granularity;

    /// <inheritdoc/>
    public void ThrowIfFaulted() => _inner.ThrowIfFaulted();

    /// <inheritdoc/>
    public uint Load32(long offset) => _inner.Load32(offset);

    /// <inheritdoc/>
    public ulong Load64(long offset) => _inner.Load64(offset);

    /// <inheritdoc/>
    public void Load(long offset, Span<byte> destination) => _inner.Load(offset, destination);

    /// <inheritdoc/>
    public void Prefetch(long offset) => _inner.Prefetch(offset);

    /// <inheritdoc/>
    public void Preload(long offset, long lengthBytes) => _inner.Preload(offset, lengthBytes);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) => _inner.Window(offset, lengthBytes);

    /// <inheritdoc/>
    public void Store32(long offset, uint value) => _inner.Store32(offset, value);

    /// <inheritdoc/>
    public void Store64(long offset, ulong value) => _inner.Store64(offset, value);

    /// <inheritdoc/>
    public void Store(long offset, ReadOnlySpan<byte> source) => _inner.Store(offset, source);

    /// <inheritdoc/>
    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point)
    {
        _inner.StoreFlushed(offset, source, point);
        _relay.Flushed(offset, source.Length);
    }

    /// <inheritdoc/>
    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point)
    {
        _inner.ClearFlushed(offset, lengthBytes, point);
        _relay.Flushed(offset, lengthBytes);
    }

    /// <inheritdoc/>
    public void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
        _inner.Flush(offset, lengthBytes, point);
        _relay.Flushed(offset, lengthBytes);
    }

    /// <inheritdoc/>
    public void Drain(OrderingPoint point)
    {
        _inner.Drain(point);
        _relay.Drained();
    }

    /// <inheritdoc/>
    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
        _inner.Persist(offset, lengthBytes, point);
        _relay.Flushed(offset, lengthBytes);
        _relay.Drained();
    }
}
