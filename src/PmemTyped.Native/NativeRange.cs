using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>
/// A base address and a length; every access is checked against them, typed ones for natural
/// alignment too. It does not keep the memory alive: the owner of the map does.
/// </summary>
public readonly unsafe struct NativeRange
{
    private readonly byte* _start;
    private readonly long _lengthBytes;

    internal NativeRange(byte* start, long lengthBytes)
    {
        _start = start;
        _lengthBytes = lengthBytes;
    }

    /// <summary>Gets the number of bytes.</summary>
    public long LengthBytes => _lengthBytes;

    /// <summary>Throws when the bytes do not lie inside the range.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not.</exception>
    public void Check(long offset, long lengthBytes)
    {
        if ((ulong)offset > (ulong)_lengthBytes || (ulong)lengthBytes > (ulong)(_lengthBytes - offset))
        {
            ThrowOutside(offset, lengthBytes);
        }
    }

    /// <summary>Loads one value with one load.</summary>
    /// <typeparam name="T">A 1, 2, 4 or 8 byte value.</typeparam>
    /// <param name="offset">Byte offset, a multiple of the size of <typeparamref name="T"/>.</param>
    public T LoadAtomic<T>(long offset)
        where T : unmanaged
    {
        CheckAligned<T>(offset);

        // SAFETY: bounds and alignment were checked above; lifetime is the owner's.
        return sizeof(T) switch
        {
            1 => Bits<byte, T>(Volatile.Read(ref *(_start + offset))),
            2 => Bits<ushort, T>(Volatile.Read(ref *(ushort*)(_start + offset))),
            4 => Bits<uint, T>(Volatile.Read(ref *(uint*)(_start + offset))),
            _ => Bits<ulong, T>(Volatile.Read(ref *(ulong*)(_start + offset))),
        };
    }

    /// <summary>Stores 4 bytes with one store that neither tears nor moves before earlier stores.</summary>
    /// <param name="offset">Byte offset, a multiple of 4.</param>
    /// <param name="value">The value.</param>
    public void Store32(long offset, uint value)
    {
        CheckAligned<uint>(offset);

        // SAFETY: bounds and alignment were checked above.
        Volatile.Write(ref *(uint*)(_start + offset), value);
    }

    /// <summary>Stores 8 bytes with one store that neither tears nor moves before earlier stores.</summary>
    /// <param name="offset">Byte offset, a multiple of 8.</param>
    /// <param name="value">The value.</param>
    public void Store64(long offset, ulong value)
    {
        CheckAligned<ulong>(offset);

        // SAFETY: bounds and alignment were checked above.
        Volatile.Write(ref *(ulong*)(_start + offset), value);
    }

    /// <summary>Copies bytes out.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="destination">Receives as many bytes as it is long.</param>
    public void Load(long offset, Span<byte> destination)
    {
        bool prefetches = Sse.IsSupported
            && destination.Length is >= PrefetchingCopy.ThresholdBytes and < PrefetchingCopy.LimitBytes;
        if (prefetches)
        {
            Check(offset, destination.Length);
            fixed (byte* to = destination)
            {
                // SAFETY: bounds were checked above; the destination is pinned for the copy.
                PrefetchingCopy.Copy(_start + offset, to, destination.Length);
            }
        }
        else
        {
            Window(offset, destination.Length).CopyTo(destination);
        }
    }

    /// <summary>Stores bytes with ordinary stores; nothing is flushed.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="source">The bytes.</param>
    public void Store(long offset, ReadOnlySpan<byte> source)
    {
        Check(offset, source.Length);

        // SAFETY: bounds were checked above.
        source.CopyTo(new Span<byte>(_start + offset, source.Length));
    }

    /// <summary>Copies bytes in. They may lie anywhere, in this range too; nothing outside the destination is stored to.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="way">How, and so what is left to be done.</param>
    public void Copy(long offset, ReadOnlySpan<byte> source, StoreWay way)
    {
        Check(offset, source.Length);
        fixed (byte* from = source)
        {
            // SAFETY: bounds were checked above; the source is pinned for the copy.
            StoreFunctions.Current.Copy(_start + offset, from, source.Length, way);
        }
    }

    /// <summary>Copies bytes inside the range; the two places may overlap.</summary>
    /// <param name="destinationOffset">Byte offset.</param>
    /// <param name="sourceOffset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="way">How, and so what is left to be done.</param>
    public void Move(long destinationOffset, long sourceOffset, long lengthBytes, StoreWay way)
    {
        Check(destinationOffset, lengthBytes);
        Check(sourceOffset, lengthBytes);

        // SAFETY: bounds were checked above.
        StoreFunctions.Current.Copy(_start + destinationOffset, _start + sourceOffset, (nint)lengthBytes, way);
    }

    /// <summary>Stores one value into every byte.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="way">How, and so what is left to be done.</param>
    public void Fill(long offset, long lengthBytes, byte value, StoreWay way)
    {
        Check(offset, lengthBytes);

        // SAFETY: bounds were checked above.
        StoreFunctions.Current.Fill(_start + offset, value, (nint)lengthBytes, way);
    }

    /// <summary>Requests write-back of every cache line that the range touches; ordered by the next fence.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public void FlushLines(long offset, long lengthBytes)
    {
        Check(offset, lengthBytes);
        CacheLineFlusher.Current.Flush(_start + offset, (nint)lengthBytes);
    }

    /// <summary>
    /// Asks the CPU to fetch the cache line of a byte. A hint: nothing waits for it, and it cannot fault, not even on
    /// memory that is no longer mapped.
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    public void Prefetch(long offset)
    {
        Check(offset, sizeof(byte));
        if (Sse.IsSupported)
        {
            // SAFETY: the address was checked above, and the instruction ignores addresses it cannot reach.
            Sse.Prefetch0(_start + offset);
        }
    }

    /// <summary>A read-only window; the caller keeps the map alive while it uses it.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public ReadOnlySpan<byte> Window(long offset, int lengthBytes)
    {
        Check(offset, lengthBytes);

        // SAFETY: bounds were checked above.
        return new ReadOnlySpan<byte>(_start + offset, lengthBytes);
    }

    /// <summary>
    /// A writable window, for the scopes and owners that flush what is stored through it; the caller keeps the map alive
    /// while it uses it. A store into a map that is read-only ends the process.
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public Span<byte> DangerousWritableWindow(long offset, int lengthBytes)
    {
        Check(offset, lengthBytes);

        // SAFETY: bounds were checked above; lifetime and writability are the caller's.
        return new Span<byte>(_start + offset, lengthBytes);
    }

    /// <summary>
    /// The address of bytes, wrapped so that only unsafe code can read it. Mapped memory never moves, so nothing is
    /// pinned; <paramref name="owner"/> keeps the map alive until the handle is disposed.
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="owner">Is told when the handle is disposed.</param>
    public MemoryHandle DangerousPin(long offset, long lengthBytes, IPinnable owner)
    {
        Check(offset, lengthBytes);

        // SAFETY: bounds were checked above; lifetime is the owner's.
        return new MemoryHandle(_start + offset, default, owner);
    }

    /// <summary>
    /// A reference to one value, for the cursor types only: stores through it are invisible to the
    /// medium and must be flushed by their author.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="offset">Byte offset.</param>
    public ref T DangerousReference<T>(long offset)
        where T : unmanaged
    {
        Check(offset, sizeof(T));

        // SAFETY: bounds were checked above; alignment is checked by the cursor against its layout.
        return ref *(T*)(_start + offset);
    }

    /// <summary>The address of bytes that lie inside the range, for calls that take one.</summary>
    internal byte* Address(long offset, long lengthBytes)
    {
        Check(offset, lengthBytes);
        return _start + offset;
    }

    private static TTo Bits<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged
        where TTo : unmanaged => Unsafe.BitCast<TFrom, TTo>(value);

    private void CheckAligned<T>(long offset)
        where T : unmanaged
    {
        Check(offset, sizeof(T));
        if ((offset & (sizeof(T) - 1)) != 0)
        {
            ThrowUnaligned(offset, sizeof(T));
        }
    }

    [DoesNotReturn]
    private void ThrowOutside(long offset, long lengthBytes) =>
        throw new ArgumentOutOfRangeException(
            nameof(offset),
            FormattableString.Invariant(
                $"{lengthBytes} bytes at offset 0x{offset:X} do not lie inside a map of {_lengthBytes} bytes."));

    [DoesNotReturn]
    private static void ThrowUnaligned(long offset, int size) =>
        throw new ArgumentOutOfRangeException(
            nameof(offset),
            FormattableString.Invariant($"Offset 0x{offset:X} is not a multiple of the {size} bytes accessed there."));
}
