using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PmemTyped.Native;

/// <summary>Turns on-media structs into bytes and back, outside any map.</summary>
public static class Blittable
{
    /// <summary>The bytes of a value, valid as long as the value.</summary>
    /// <typeparam name="T">An on-media struct.</typeparam>
    /// <param name="value">The value.</param>
    public static ReadOnlySpan<byte> AsBytes<T>(ref readonly T value)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    /// <summary>The writable bytes of a value, valid as long as the value.</summary>
    /// <typeparam name="T">An on-media struct.</typeparam>
    /// <param name="value">The value.</param>
    public static Span<byte> AsWritableBytes<T>(ref T value)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new Span<T>(ref value));

    /// <summary>Copies a value out of bytes; the position needs no alignment.</summary>
    /// <typeparam name="T">An on-media struct.</typeparam>
    /// <param name="source">At least as many bytes as the struct has.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public static T Read<T>(ReadOnlySpan<byte> source)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, Unsafe.SizeOf<T>());
        return MemoryMarshal.Read<T>(source);
    }

    /// <summary>Copies the first bytes of a value into bytes; the position needs no alignment.</summary>
    /// <typeparam name="T">An on-media struct.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="target">At least <paramref name="count"/> bytes.</param>
    /// <param name="count">How many bytes, at most those of the struct.</param>
    /// <exception cref="ArgumentOutOfRangeException">The struct or <paramref name="target"/> has fewer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // with a constant count it is a few moves; benchmark: compare typed, typed.codec
    public static void CopyTo<T>(ref readonly T value, Span<byte> target, int count)
        where T : unmanaged
    {
        CheckCount<T>(count, target.Length);

        // SAFETY: both sides have count bytes, checked above; nothing is aligned, and nothing outlives the call.
        Unsafe.CopyBlockUnaligned(
            ref MemoryMarshal.GetReference(target),
            ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in value)),
            (uint)count);
    }

    /// <summary>Copies bytes into the first bytes of a value; the others become zero. The position needs no alignment.</summary>
    /// <typeparam name="T">An on-media struct.</typeparam>
    /// <param name="source">At least <paramref name="count"/> bytes.</param>
    /// <param name="count">How many bytes, at most those of the struct.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The struct or <paramref name="source"/> has fewer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public static void CopyFrom<T>(ReadOnlySpan<byte> source, int count, out T value)
        where T : unmanaged
    {
        CheckCount<T>(count, source.Length);
        Unsafe.SkipInit(out value);
        if (count < Unsafe.SizeOf<T>())
        {
            value = default;
        }

        // SAFETY: both sides have count bytes, checked above; what is not copied was cleared, so the value is initialised.
        Unsafe.CopyBlockUnaligned(
            ref Unsafe.As<T, byte>(ref value),
            ref MemoryMarshal.GetReference(source),
            (uint)count);
    }

    /// <summary>The size of a value in memory, in bytes.</summary>
    /// <typeparam name="T">An on-media struct.</typeparam>
    public static int SizeOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();

    /// <summary>The distance in bytes from the start of a struct to one of its fields.</summary>
    /// <typeparam name="T">The struct.</typeparam>
    /// <typeparam name="TField">Type of the field.</typeparam>
    /// <param name="container">Any instance.</param>
    /// <param name="field">The field of that instance.</param>
    public static nint OffsetOf<T, TField>(ref readonly T container, ref readonly TField field)
        where T : unmanaged
        where TField : unmanaged =>
        Unsafe.ByteOffset(
            ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in container)),
            ref Unsafe.As<TField, byte>(ref Unsafe.AsRef(in field)));

    // Two comparisons, of which the first is none where the count is a constant. The lesser of the two sizes would be a branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    private static void CheckCount<T>(int count, int available)
        where T : unmanaged
    {
        if ((uint)count > (uint)Unsafe.SizeOf<T>() || count > available)
        {
            ThrowTooMany(count, Math.Min(Unsafe.SizeOf<T>(), available));
        }
    }

    [DoesNotReturn]
    private static void ThrowTooMany(int count, int available) => throw new ArgumentOutOfRangeException(
        nameof(count), count, FormattableString.Invariant($"{available} bytes are there."));
}
