using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PmemTyped;

/// <summary>
/// How a mapped property of type <see cref="DateTime"/> lies on media: UTC ticks in 8 bytes. Used by generated code. The
/// kind is not stored: what comes back is <see cref="DateTimeKind.Utc"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StoredDateTime
{
    private readonly long _utcTicks;

    private StoredDateTime(long utcTicks) => _utcTicks = utcTicks;

    /// <summary>What is stored for a value. A local time is converted to UTC.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">Its kind is unspecified; the time zone would be a guess.</exception>
    public static StoredDateTime From(DateTime value) =>
        value.Kind == DateTimeKind.Utc ? new StoredDateTime(value.Ticks) : Converted(value);

    /// <summary>Takes bytes of a record.</summary>
    /// <param name="source">8 bytes.</param>
    /// <param name="value">What they hold.</param>
    /// <returns>Whether they are a value.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out StoredDateTime value)
    {
        value = new StoredDateTime(BinaryPrimitives.ReadInt64LittleEndian(source));
        return IsValid(value._utcTicks);
    }

    /// <summary>The value, in UTC.</summary>
    /// <exception cref="InvalidDataException">The bytes on media are no date and time.</exception>
    public DateTime ToValue()
    {
        // One load: what is judged is what is returned, whatever another thread stores meanwhile.
        long ticks = _utcTicks;
        if (!IsValid(ticks))
        {
            Throw(ticks);
        }

        return new DateTime(ticks, DateTimeKind.Utc);
    }

    /// <summary>Gives bytes to a record.</summary>
    /// <param name="target">8 bytes.</param>
    /// <exception cref="InvalidDataException">There is no value.</exception>
    public void Write(Span<byte> target) => BinaryPrimitives.WriteInt64LittleEndian(target, ToValue().Ticks);

    private static bool IsValid(long ticks) => (ulong)ticks <= (ulong)DateTime.MaxValue.Ticks;

    [DoesNotReturn]
    private static void Throw(long ticks) => throw StoredFaults.NoValueOf("DateTime", "ticks", ticks);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StoredDateTime Converted(DateTime value) => value.Kind == DateTimeKind.Local
        ? new StoredDateTime(value.ToUniversalTime().Ticks)
        : throw new ArgumentException(
            "The kind of the DateTime is unspecified, so its time in UTC is not known. Say it with DateTime.SpecifyKind.",
            nameof(value));
}
