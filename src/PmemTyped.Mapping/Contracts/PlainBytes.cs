using System.Runtime.CompilerServices;
using PmemTyped.Mapping;
using PmemTyped.Native;

namespace PmemTyped;

/// <summary>
/// Called by generated serializers: fields that lie on media as they lie in memory are copied at once. What must not be
/// taken as it is (reserved bytes, the rest behind a text, values that are judged) is dealt with by the generated code afterwards.
/// </summary>
/// <remarks>Threads: as safe as the two sides are. The value may be one in a map that somebody else changes.</remarks>
public static class PlainBytes
{
    /// <summary>Copies the leading bytes of an object into its payload.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="value">The object.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="count">How many bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The object or the payload has fewer.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    /// <exception cref="PmemInvariantException">The runtime laid the struct out differently than the generator planned.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // benchmark: compare typed, typed.codec
    public static void Write<T>(ref readonly T value, Span<byte> payload, int count)
        where T : unmanaged, IPersistentLayout<T>
    {
        CheckRuntime<T>();
        Blittable.CopyTo(in value, payload, count);
    }

    /// <summary>Copies the leading bytes of a payload into an object; what lies behind them there becomes zero.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="payload">The payload.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="value">The object.</param>
    /// <exception cref="ArgumentOutOfRangeException">The object or the payload has fewer.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    /// <exception cref="PmemInvariantException">The runtime laid the struct out differently than the generator planned.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public static void Read<T>(ReadOnlySpan<byte> payload, int count, out T value)
        where T : unmanaged, IPersistentLayout<T>
    {
        CheckRuntime<T>();
        Blittable.CopyFrom(payload, count, out value);
    }

    private static void CheckRuntime<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Layouts are little-endian on media, and this machine is not. Use one that is.");
        }

        VerifiedLayout<T>.Ensure();
    }
}
