using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Mapping;

/// <summary>
/// Gives a writable window onto a range of a map and flushes the whole range at its end, on every path out of it. Comes
/// from <see cref="PmemMap.BeginFlush"/>; usually several of them stand inside one <see cref="DrainScope"/>.
/// </summary>
/// <remarks>
/// An exception inside the scope does not stop the flush, nor the unmapping if that was asked for; pynvm's FlushContext
/// does neither then. A flush promises nothing about the order in which bytes become durable, so one more is harmless, and
/// an unmapping left out would be a leak. Threads: the scope belongs to the thread that began it.
/// (mapping specification, section 11; pynvm's FlushContext)
/// </remarks>
public ref struct FlushScope
{
    private readonly bool _unmap;
    private PmemMap? _map;

    internal FlushScope(PmemMap map, long offset, long lengthBytes, bool unmap)
    {
        map.AddReference();
        _map = map;
        _unmap = unmap;
        Offset = offset;
        LengthBytes = lengthBytes;
    }

    /// <summary>Gets the byte offset of the range in its map.</summary>
    public long Offset { get; }

    /// <summary>Gets the number of bytes that the end of the scope flushes.</summary>
    public long LengthBytes { get; }

    /// <summary>A writable window onto bytes of the range; valid inside the scope. What is stored is Stored, no more.</summary>
    /// <param name="offset">Byte offset in the map, not in the range.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie inside the range of the scope.</exception>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public readonly Span<byte> Window(long offset, int lengthBytes)
    {
        long inside = offset - Offset;
        if ((ulong)inside > (ulong)LengthBytes || (ulong)lengthBytes > (ulong)(LengthBytes - inside))
        {
            ThrowOutside(offset, lengthBytes);
        }

        PmemMap map = _map ?? throw new ObjectDisposedException(nameof(FlushScope));
        map.ThrowIfFaulted();
        return map.Handle.Range.DangerousWritableWindow(offset, lengthBytes);
    }

    /// <summary>
    /// Flushes the range, then unmaps if that was asked for; a second call does nothing. Flushed on return; on page
    /// granularity Persisted, because there a flush is a sync. (pmem_flush)
    /// </summary>
    /// <exception cref="PmemFaultedException">The flush failed, or an earlier one did; the scope has ended all the same.</exception>
    public void Dispose()
    {
        if (_map is not { } map)
        {
            return;
        }

        _map = null;
        try
        {
            map.ThrowIfFaulted();
            map.DangerousGetMedium().Flush(Offset, LengthBytes, default);
        }
        finally
        {
            map.Handle.DangerousRelease();
            if (_unmap)
            {
                map.Dispose();
            }
        }
    }

    [DoesNotReturn]
    private readonly void ThrowOutside(long offset, int lengthBytes) =>
        throw new ArgumentOutOfRangeException(
            nameof(offset),
            FormattableString.Invariant(
                $"{lengthBytes} bytes at offset 0x{offset:X} do not lie inside the scope, which flushes {LengthBytes} bytes at offset 0x{Offset:X}."));
}
