using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>
/// A medium that silently leaves out every flush and drain of one ordering point, to prove that a test notices.
/// </summary>
/// <typeparam name="TInner">The medium underneath.</typeparam>
/// <param name="inner">The medium underneath.</param>
/// <param name="elided">The ordering point that is left out.</param>
public readonly struct ElidingMedium<TInner>(TInner inner, OrderingPoint elided) : IPmemMedium
    where TInner : struct, IPmemMedium
{
    /// <inheritdoc/>
    public long LengthBytes => inner.LengthBytes;

    /// <inheritdoc/>
    public StoreGranularity Granularity => inner.Granularity;

    /// <inheritdoc/>
    public void ThrowIfFaulted() => inner.ThrowIfFaulted();

    /// <inheritdoc/>
    public uint Load32(long offset) => inner.Load32(offset);

    /// <inheritdoc/>
    public ulong Load64(long offset) => inner.Load64(offset);

    /// <inheritdoc/>
    public void Load(long offset, Span<byte> destination) => inner.Load(offset, destination);

    /// <inheritdoc/>
    public void Prefetch(long offset) => inner.Prefetch(offset);

    /// <inheritdoc/>
    public void Preload(long offset, long lengthBytes) => inner.Preload(offset, lengthBytes);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) => inner.Window(offset, lengthBytes);

    /// <inheritdoc/>
    public void Store32(long offset, uint value) => inner.Store32(offset, value);

    /// <inheritdoc/>
    public void Store64(long offset, ulong value) => inner.Store64(offset, value);

    /// <inheritdoc/>
    public void Store(long offset, ReadOnlySpan<byte> source) => inner.Store(offset, source);

    /// <inheritdoc/>
    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point)
    {
        inner.Store(offset, source);
        Flush(offset, source.Length, point);
    }

    /// <inheritdoc/>
    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point)
    {
        inner.Store(offset, new byte[lengthBytes]);
        Flush(offset, lengthBytes, point);
    }

    /// <inheritdoc/>
    public void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
        if (point != elided)
        {
            inner.Flush(offset, lengthBytes, point);
        }
    }

    /// <inheritdoc/>
    public void Drain(OrderingPoint point)
    {
        if (point != elided)
        {
            inner.Drain(point);
        }
    }

    /// <inheritdoc/>
    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
        Flush(offset, lengthBytes, point);
        Drain(point);
    }
}
