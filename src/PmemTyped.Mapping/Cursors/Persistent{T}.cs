using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using PmemTyped.Mapping;

namespace PmemTyped;

/// <summary>
/// A cursor onto one object in a map. Its generated members read and store single fields; nothing is durable until
/// it is persisted. Threads: single writer per object; readers see torn multi-field state unless the writer
/// publishes. Valid inside the lease it came from.
/// </summary>
/// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
public readonly ref struct Persistent<T>
    where T : unmanaged, IPersistentLayout<T>
{
    private readonly ref T _target;
    private readonly PmemMap _map;
    private readonly long _offset;

    internal Persistent(ref T target, PmemMap map, long offset)
    {
        _target = ref target;
        _map = map;
        _offset = offset;
    }

    /// <summary>Gets the object, read-only and in place.</summary>
    public ref readonly T Value => ref _target;

    /// <summary>Gets the object, writable and in place. The author of a store through it must flush it.</summary>
    public ref T DangerousValue => ref _target;

    /// <summary>Gets the byte offset of the object in its map.</summary>
    public long Offset => _offset;

    /// <summary>The same object without stores.</summary>
    /// <param name="cursor">The cursor.</param>
    public static implicit operator ReadOnlyPersistent<T>(Persistent<T> cursor) => new(ref cursor._target);

    /// <summary>The same object without stores.</summary>
    public ReadOnlyPersistent<T> AsReadOnly() => new(ref _target);

    /// <summary>Stores one field with one store. Stored on return. Called by generated code.</summary>
    /// <typeparam name="TField">Type of the field.</typeparam>
    /// <param name="offset">Byte offset in the object.</param>
    /// <param name="value">The value.</param>
    [Stores]
    public void Store<TField>(int offset, TField value)
        where TField : unmanaged
    {
        CheckField(offset, Unsafe.SizeOf<TField>());
        Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref _target), offset), value);
    }

    /// <summary>Stores the publish field: one aligned 8-byte store after all earlier ones. Stored on return.</summary>
    /// <param name="offset">Byte offset in the object, a multiple of 8.</param>
    /// <param name="value">The value.</param>
    [Stores]
    public void Publish(int offset, ulong value)
    {
        CheckField(offset, sizeof(ulong));
        Volatile.Write(
            ref Unsafe.As<byte, ulong>(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref _target), offset)),
            value);
    }

    /// <summary>Stores the whole object in any order. Stored on return.</summary>
    /// <param name="value">The value.</param>
    [Stores]
    public void StoreAll(in T value) => _target = value;

    /// <summary>Requests write-back of the whole object. Flushed on return.</summary>
    [Flushes]
    public void Flush() => FlushBytes(0, Unsafe.SizeOf<T>());

    /// <summary>Waits until everything this thread flushed is power-safe. Persisted on return.</summary>
    [Drains]
    public void Drain() => _map.DangerousGetMedium().Drain(default);

    /// <summary>Flushes the whole object, then drains. Persisted on return.</summary>
    [Persists]
    public void Persist()
    {
        Flush();
        Drain();
    }

    /// <summary>Requests write-back of some fields, each cache line once. Flushed on return. Called by generated code.</summary>
    /// <param name="fields">Bit i stands for field i.</param>
    [Flushes]
    public void FlushFields(ulong fields)
    {
        ReadOnlySpan<ulong> lines = T.FieldLines;
        if (lines.IsEmpty)
        {
            FlushByRanges(fields);
        }
        else
        {
            FlushByLines(fields, lines);
        }
    }

    /// <summary>A cursor onto a nested layout.</summary>
    /// <typeparam name="TNested">Its type.</typeparam>
    /// <param name="offset">Byte offset in the object.</param>
    public Persistent<TNested> Nested<TNested>(int offset)
        where TNested : unmanaged, IPersistentLayout<TNested>
    {
        CheckField(offset, Unsafe.SizeOf<TNested>());
        return new Persistent<TNested>(
            ref Unsafe.As<byte, TNested>(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref _target), offset)),
            _map,
            _offset + offset);
    }

    /// <summary>A cursor onto a buffer field.</summary>
    /// <typeparam name="TElement">Type of its elements.</typeparam>
    /// <param name="offset">Byte offset in the object.</param>
    /// <param name="count">Number of elements.</param>
    public PersistentSpan<TElement> Buffer<TElement>(int offset, int count)
        where TElement : unmanaged
    {
        CheckField(offset, checked(count * Unsafe.SizeOf<TElement>()));
        return new PersistentSpan<TElement>(
            ref Unsafe.As<byte, TElement>(ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref _target), offset)),
            count,
            _map,
            _offset + offset);
    }

    /// <summary>Persists the whole object when the scope ends: <c>using var scope = cursor.BeginPersist();</c>.</summary>
    public PersistScope<T> BeginPersist() => new(this);

    private static void CheckField(int offset, int lengthBytes)
    {
        if ((uint)offset > (uint)(Unsafe.SizeOf<T>() - lengthBytes) || lengthBytes > Unsafe.SizeOf<T>())
        {
            ThrowOutside(offset, lengthBytes);
        }
    }

    [DoesNotReturn]
    private static void ThrowOutside(int offset, int lengthBytes) =>
        throw new ArgumentOutOfRangeException(
            nameof(offset),
            FormattableString.Invariant(
                $"{lengthBytes} bytes at offset {offset} do not lie inside {typeof(T).Name}, which has {Unsafe.SizeOf<T>()}."));

    private void FlushByLines(ulong fields, ReadOnlySpan<ulong> lines)
    {
        const int LineBytes = 64;
        ulong dirty = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            dirty |= (fields >> i & 1) != 0 ? lines[i] : 0;
        }

        while (dirty != 0)
        {
            int first = System.Numerics.BitOperations.TrailingZeroCount(dirty);
            int count = System.Numerics.BitOperations.TrailingZeroCount(~(dirty >> first));
            FlushBytes(first * LineBytes, Math.Min(count * LineBytes, Unsafe.SizeOf<T>() - (first * LineBytes)));
            dirty = first + count >= 64 ? 0 : dirty >> (first + count) << (first + count);
        }
    }

    private void FlushByRanges(ulong fields)
    {
        ReadOnlySpan<int> ranges = T.FieldRanges;
        int start = 0;
        int end = 0;
        for (int i = 0; i < ranges.Length / 2 && i < 64; i++)
        {
            if ((fields >> i & 1) == 0)
            {
                continue;
            }

            int offset = ranges[2 * i];
            if (offset > end)
            {
                FlushBytes(start, end - start);
                start = offset;
            }

            end = Math.Max(end, offset + ranges[(2 * i) + 1]);
        }

        FlushBytes(start, end - start);
    }

    private void FlushBytes(int offset, int lengthBytes)
    {
        if (lengthBytes > 0)
        {
            _map.DangerousGetMedium().Flush(_offset + offset, lengthBytes, default);
        }
    }
}
