using System.Buffers.Binary;
using System.ComponentModel;

namespace PmemTyped;

/// <summary>
/// How a mapped property of type <see cref="DateTimeOffset"/> lies on media: UTC ticks, then the offset from UTC in
/// minutes, 8 bytes each. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StoredDateTimeOffset
{
    // The type itself allows no more, and whole minutes only.
    private const long MaxOffsetMinutes = 14 * 60;
    private const int MinutesOffset = 8;

    private readonly long _utcTicks;
    private readonly long _offsetMinutes;

    private StoredDateTimeOffset(long utcTicks, long offsetMinutes)
    {
        _utcTicks = utcTicks;
        _offsetMinutes = offsetMinutes;
    }

    /// <summary>What is stored for a value.</summary>
    /// <param name="value">The value.</param>
    public static StoredDateTimeOffset From(DateTimeOffset value) => new(value.UtcTicks, value.TotalOffsetMinutes);

    /// <summary>Takes bytes of a record.</summary>
    /// <param name="source">16 bytes.</param>
    /// <param name="value">What they hold.</param>
    /// <returns>Whether they are a value.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out StoredDateTimeOffset value)
    {
        value = new StoredDateTimeOffset(
            BinaryPrimitives.ReadInt64LittleEndian(source),
            BinaryPrimitives.ReadInt64LittleEndian(source[MinutesOffset..]));
        return value.IsValid;
    }

    /// <summary>The value, with the offset it was stored with.</summary>
    /// <exception cref="InvalidDataException">The bytes on media are no date and time.</exception>
    public DateTimeOffset ToValue()
    {
        if (!IsValid)
        {
            throw StoredFaults.NoValueOf("DateTimeOffset", "ticks and offset in minutes", _utcTicks, _offsetMinutes);
        }

        TimeSpan offset = TimeSpan.FromMinutes(_offsetMinutes);
        return new DateTimeOffset(_utcTicks + offset.Ticks, offset);
    }

    /// <summary>Gives bytes to a record.</summary>
    /// <param name="target">16 bytes.</param>
    /// <exception cref="InvalidDataException">There is no value.</exception>
    public void Write(Span<byte> target)
    {
        DateTimeOffset value = ToValue();
        BinaryPrimitives.WriteInt64LittleEndian(target, value.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(target[MinutesOffset..], value.TotalOffsetMinutes);
    }

    // The local time has to be a date as well. (The offset is judged first: then the sum cannot overflow.)
    private bool IsValid => _offsetMinutes is >= -MaxOffsetMinutes and <= MaxOffsetMinutes
        && (ulong)_utcTicks <= (ulong)DateTime.MaxValue.Ticks
        && (ulong)(_utcTicks + (_offsetMinutes * TimeSpan.TicksPerMinute)) <= (ulong)DateTime.MaxValue.Ticks;
}
