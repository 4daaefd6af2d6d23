using System.Globalization;
using PmemTyped.Mapping;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>A medium that notes what is done to it, in words.</summary>
internal readonly struct LoggingMedium(long lengthBytes, StoreGranularity granularity, List<string> log) : IPmemMedium
{
    public long LengthBytes => lengthBytes;

    public StoreGranularity Granularity => granularity;

    public void ThrowIfFaulted()
    {
    }

    public uint Load32(long offset) => 0;

    public ulong Load64(long offset) => 0;

    public void Load(long offset, Span<byte> destination)
    {
    }

    public void Prefetch(long offset)
    {
    }

    public void Preload(long offset, long lengthBytes)
    {
    }

    public ReadOnlySpan<byte> Window(long offset, int lengthBytes) => new byte[lengthBytes];

    public void Store32(long offset, uint value) => Note("store32", offset, sizeof(uint));

    public void Store64(long offset, ulong value) => Note("store64", offset, sizeof(ulong));

    public void Store(long offset, ReadOnlySpan<byte> source) => Note("store", offset, source.Length);

    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point) => Note("stream", offset, source.Length);

    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point) => Note("clear", offset, lengthBytes);

    public void Flush(long offset, long lengthBytes, OrderingPoint point) => Note("flush", offset, lengthBytes);

    public void Drain(OrderingPoint point) => log.Add("drain");

    public void Persist(long offset, long lengthBytes, OrderingPoint point) => Note("persist", offset, lengthBytes);

    private void Note(string what, long offset, long lengthBytes) =>
        log.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {offset}+{lengthBytes}"));
}
