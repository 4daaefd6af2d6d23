using System.Buffers.Binary;
using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>A medium over a <see cref="CrashImage"/>: stores are durable at once and undone with the image.</summary>
public readonly struct ImageMedium : IPmemMedium
{
    private readonly CrashImage _image;

    internal ImageMedium(CrashImage image) => _image = image;

    /// <inheritdoc/>
    public long LengthBytes => _image.LengthBytes;

    /// <inheritdoc/>
    public StoreGranularity Granularity => StoreGranularity.Byte;

    /// <inheritdoc/>
    public void ThrowIfFaulted()
    {
    }

    /// <inheritdoc/>
    public uint Load32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Window(offset, sizeof(uint)));

    /// <inheritdoc/>
    public ulong Load64(long offset) => BinaryPrimitives.ReadUInt64LittleEndian(Window(offset, sizeof(ulong)));

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
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) =>
        _image.Bytes.Slice(checked((int)offset), lengthBytes);

    /// <inheritdoc/>
    public void Store32(long offset, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _image.Store(offset, bytes);
    }

    /// <inheritdoc/>
    public void Store64(long offset, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _image.Store(offset, bytes);
    }

    /// <inheritdoc/>
    public void Store(long offset, ReadOnlySpan<byte> source) => _image.Store(offset, source);

    /// <inheritdoc/>
    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point) =>
        _image.Store(offset, source);

    /// <inheritdoc/>
    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point) =>
        _image.Store(offset, new byte[lengthBytes]);

    /// <inheritdoc/>
    public void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
    }

    /// <inheritdoc/>
    public void Drain(OrderingPoint point)
    {
    }

    /// <inheritdoc/>
    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
    }
}
