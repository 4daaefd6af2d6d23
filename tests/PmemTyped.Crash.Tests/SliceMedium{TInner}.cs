using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>A range of another medium, so that several replicas lie on one whose crash states are enumerated.</summary>
internal readonly struct SliceMedium<TInner>(TInner inner, long start, long lengthBytes) : IPmemMedium
    where TInner : struct, IPmemMedium
{
    public long LengthBytes => lengthBytes;

    public StoreGranularity Granularity => inner.Granularity;

    public void ThrowIfFaulted() => inner.ThrowIfFaulted();

    public uint Load32(long offset) => inner.Load32(Place(offset, sizeof(uint)));

    public ulong Load64(long offset) => inner.Load64(Place(offset, sizeof(ulong)));

    public void Load(long offset, Span<byte> destination) => inner.Load(Place(offset, destination.Length), destination);

    public void Prefetch(long offset) => inner.Prefetch(Place(offset, 1));

    public void Preload(long offset, long lengthBytes) => inner.Preload(Place(offset, 1), lengthBytes);

    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) => inner.Window(Place(offset, lengthBytes), lengthBytes);

    public void Store32(long offset, uint value) => inner.Store32(Place(offset, sizeof(uint)), value);

    public void Store64(long offset, ulong value) => inner.Store64(Place(offset, sizeof(ulong)), value);

    public void Store(long offset, ReadOnlySpan<byte> source) => inner.Store(Place(offset, source.Length), source);

    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point) =>
        inner.StoreFlushed(Place(offset, source.Length), source, point);

    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point) =>
        inner.ClearFlushed(Place(offset, lengthBytes), lengthBytes, point);

    public void Flush(long offset, long lengthBytes, OrderingPoint point) =>
        inner.Flush(Place(offset, lengthBytes), lengthBytes, point);

    public void Drain(OrderingPoint point) => inner.Drain(point);

    public void Persist(long offset, long lengthBytes, OrderingPoint point) =>
        inner.Persist(Place(offset, lengthBytes), lengthBytes, point);

    private long Place(long offset, long length) => offset >= 0 && length <= lengthBytes - offset
        ? start + offset
        : throw new ArgumentOutOfRangeException(nameof(offset));
}
