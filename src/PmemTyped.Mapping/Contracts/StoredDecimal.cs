using System.Buffers.Binary;
using System.ComponentModel;

namespace PmemTyped;

/// <summary>
/// How a mapped property of type <see cref="decimal"/> lies on media: its 96-bit integer as three words of 4 bytes, the lowest
/// first, then a word whose bits 16 to 23 are the scale, 0 to 28, and whose bit 31 is the sign; all other bits are zero.
/// Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StoredDecimal
{
    private const uint SignBit = 0x8000_0000;
    private const uint ScaleBits = 0x00FF_0000;
    private const int ScaleShift = 16;
    private const int MaxScale = 28;
    private const int HighOffset = 8;

    private readonly ulong _low;
    private readonly ulong _high;

    private StoredDecimal(ulong low, ulong high)
    {
        _low = low;
        _high = high;
    }

    /// <summary>What is stored for a value. Trailing zeros are kept: 1.0 is not stored as 1.</summary>
    /// <param name="value">The value.</param>
    public static StoredDecimal From(decimal value)
    {
        Span<int> words = stackalloc int[4];
        decimal.GetBits(value, words);
        return new StoredDecimal(Pair(words[0], words[1]), Pair(words[2], words[3]));
    }

    /// <summary>Takes bytes of a record.</summary>
    /// <param name="source">16 bytes.</param>
    /// <param name="value">What they hold.</param>
    /// <returns>Whether they are a value.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out StoredDecimal value)
    {
        value = new StoredDecimal(
            BinaryPrimitives.ReadUInt64LittleEndian(source),
            BinaryPrimitives.ReadUInt64LittleEndian(source[HighOffset..]));
        return value.IsValid;
    }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidDataException">The bytes on media are no decimal.</exception>
    public decimal ToValue() => IsValid
        ? new decimal(unchecked((int)_low), (int)(_low >> 32), unchecked((int)_high), (Flags & SignBit) != 0, Scale)
        : throw StoredFaults.NoValueOf("decimal", "sign and scale", Flags);

    /// <summary>Gives bytes to a record.</summary>
    /// <param name="target">16 bytes.</param>
    /// <exception cref="InvalidDataException">There is no value.</exception>
    public void Write(Span<byte> target)
    {
        StoredDecimal canonical = From(ToValue());
        BinaryPrimitives.WriteUInt64LittleEndian(target, canonical._low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[HighOffset..], canonical._high);
    }

    private uint Flags => (uint)(_high >> 32);

    private byte Scale => (byte)((Flags & ScaleBits) >> ScaleShift);

    private bool IsValid => (Flags & ~(SignBit | ScaleBits)) == 0 && Scale <= MaxScale;

    private static ulong Pair(int low, int high) => unchecked((uint)low | ((ulong)(uint)high << 32));
}
