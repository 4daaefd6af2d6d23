using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped;

/// <summary>A cursor onto a buffer field. Valid inside the lease it came from. Threads: single writer.</summary>
/// <typeparam name="TElement">Type of the elements.</typeparam>
public readonly ref struct PersistentSpan<TElement>
    where TElement : unmanaged
{
    private readonly Span<TElement> _elements;
    private readonly PmemMap _map;
    private readonly long _offset;

    internal PersistentSpan(ref TElement first, int count, PmemMap map, long offset)
    {
        _elements = MemoryMarshal.CreateSpan(ref first, count);
        _map = map;
        _offset = offset;
    }

    /// <summary>Gets the number of elements.</summary>
    public int Length => _elements.Length;

    /// <summary>Gets one element.</summary>
    /// <param name="index">Its position.</param>
    /// <exception cref="IndexOutOfRangeException">It is outside.</exception>
    public TElement this[int index] => _elements[index];

    /// <summary>The elements, read-only and in place.</summary>
    public ReadOnlySpan<TElement> AsReadOnlySpan() => _elements;

    /// <summary>Stores one element. Stored on return.</summary>
    /// <param name="index">Its position.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="IndexOutOfRangeException">It is outside.</exception>
    [Stores]
    public void Set(int index, TElement value) => _elements[index] = value;

    /// <summary>Stores elements from the start on; the rest is kept. Stored on return.</summary>
    /// <param name="source">At most as many elements as the buffer has.</param>
    /// <exception cref="ArgumentException">There are more.</exception>
    [Stores]
    public void CopyFrom(ReadOnlySpan<TElement> source) => source.CopyTo(_elements);

    /// <summary>Stores one value everywhere. Stored on return.</summary>
    /// <param name="value">The value.</param>
    [Stores]
    public void Fill(TElement value) => _elements.Fill(value);

    /// <summary>Stores zeros everywhere. Stored on return.</summary>
    [Stores]
    public void Clear() => _elements.Clear();

    /// <summary>Requests write-back of the buffer. Flushed on return.</summary>
    [Flushes]
    public void Flush() =>
        _map.DangerousGetMedium().Flush(_offset, (long)Length * Unsafe.SizeOf<TElement>(), default);

    /// <summary>Flushes the buffer, then drains. Persisted on return.</summary>
    [Persists]
    public void Persist() =>
        _map.DangerousGetMedium().Persist(_offset, (long)Length * Unsafe.SizeOf<TElement>(), default);
}
