using System.Buffers.Binary;
using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>A medium that records every store, flush and drain in a <see cref="StoreLog"/>.</summary>
public readonly struct RecordingMedium : IPmemMedium
{
    private readonly StoreLog _log;

    internal RecordingMedium(StoreLog log) => _log = log;

    /// <inheritdoc/>
    public long LengthBytes => _log.Memory.Length;

    /// <inheritdoc/>
    public StoreGranularity Granularity => _log.Granularity;

    /// <inheritdoc/>
    public void ThrowIfFaulted() => _log.ThrowIfFaulted();

    /// <inheritdoc/>
    public uint Load32(long offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Aligned(offset, sizeof(uint)));

    /// <inheritdoc/>
    public ulong Load64(long offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Aligned(offset, sizeof(ulong)));

    /// <inheritdoc/>
    public void Load(long offset, Span<byte> destination) => Window(offset, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public void Prefetch(long offset)
    {
    }

    /// <inheritdoc/>
    public void Preload(long offset, long lengthBytes)
    {
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes)
    {
        if (offset < 0 || offset > LengthBytes - lengthBytes || lengthBytes < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        return _log.Memory.AsSpan((int)offset, lengthBytes);
    }

    /// <inheritdoc/>
    public void Store32(long offset, uint value)
    {
        _ = Aligned(offset, sizeof(uint));
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _log.RecordStore(offset, bytes);
    }

    /// <inheritdoc/>
    public void Store64(long offset, ulong value)
    {
        _ = Aligned(offset, sizeof(ulong));
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _log.RecordStore(offset, bytes);
    }

    /// <inheritdoc/>
    public void Store(long offset, ReadOnlySpan<byte> source)
    {
        _ = Window(offset, source.Length);
        _log.RecordStore(offset, source);
    }

    /// <inheritdoc/>
    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point)
    {
        Store(offset, source);
        Flush(offset, source.Length, point);
    }

    /// <inheritdoc/>
    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point)
    {
        Store(offset, new byte[lengthBytes]);
        Flush(offset, lengthBytes, point);
    }

    /// <inheritdoc/>
    public void Flush(long offset, long lengthBytes, OrderingPoint point) =>
        _log.RecordFlush(offset, lengthBytes, point);

    /// <inheritdoc/>
    public void Drain(OrderingPoint point) => _log.RecordDrain(point);

    /// <inheritdoc/>
    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
        Flush(offset, lengthBytes, point);
        Drain(point);
    }

    private ReadOnlySpan<byte> Aligned(long offset, int size) => offset % size == 0
        ? Window(offset, size)
        : throw new ArgumentOutOfRangeException(nameof(offset));
}
