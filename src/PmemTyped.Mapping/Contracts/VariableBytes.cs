using System.Buffers.Binary;

namespace PmemTyped;

/// <summary>Called by generated types of variable bytes: how many there are, in two bytes, then room for the most.</summary>
public static class VariableBytes
{
    /// <summary>Bytes before the content.</summary>
    public const int PrefixBytes = sizeof(ushort);

    /// <summary>Stores bytes in a field where they fit; otherwise the field becomes empty.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="field">The whole field.</param>
    /// <returns>Whether they fit.</returns>
    /// <exception cref="ArgumentException">The field is shorter than the number itself.</exception>
    public static bool TryStore(ReadOnlySpan<byte> content, Span<byte> field)
    {
        CheckField(field);
        bool fits = content.Length <= CapacityOf(field);
        ReadOnlySpan<byte> stored = fits ? content : default;
        BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)stored.Length);
        stored.CopyTo(field[PrefixBytes..]);
        field[(PrefixBytes + stored.Length)..].Clear();
        return fits;
    }

    /// <summary>Stores bytes in a field.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="field">The whole field.</param>
    /// <exception cref="ArgumentException">There are more than the field has room for; it is empty then.</exception>
    public static void Store(ReadOnlySpan<byte> content, Span<byte> field)
    {
        if (!TryStore(content, field))
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"There are {content.Length} bytes, but the field has room for {CapacityOf(field)}. Store fewer."),
                nameof(content));
        }
    }

    /// <summary>The bytes in a field.</summary>
    /// <param name="field">The whole field.</param>
    /// <exception cref="InvalidDataException">The field says that it has more than it has room for.</exception>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> field) => Stored(field)[PrefixBytes..];

    /// <summary>The number and the bytes in a field, without the room that is not used.</summary>
    /// <param name="field">The whole field.</param>
    /// <exception cref="InvalidDataException">The field says that it has more than it has room for.</exception>
    public static ReadOnlySpan<byte> Stored(ReadOnlySpan<byte> field)
    {
        CheckField(field);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(field);
        return length <= CapacityOf(field)
            ? field[..(PrefixBytes + length)]
            : throw StoredFaults.NoValueOf("variable bytes", "length and capacity are", length, CapacityOf(field));
    }

    /// <summary>Takes what <see cref="Stored"/> gave, with or without what lies behind it. Never throws on wrong bytes.</summary>
    /// <param name="stored">At least the two bytes of the number.</param>
    /// <param name="field">The whole field, all zero.</param>
    /// <returns>Whether the number fits both what is there and the field.</returns>
    public static bool TryRead(ReadOnlySpan<byte> stored, Span<byte> field)
    {
        CheckField(field);
        if (stored.Length < PrefixBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(stored);
        return length <= CapacityOf(stored) && TryStore(stored.Slice(PrefixBytes, length), field);
    }

    private static int CapacityOf(ReadOnlySpan<byte> field) => field.Length - PrefixBytes;

    private static void CheckField(ReadOnlySpan<byte> field) =>
        ArgumentOutOfRangeException.ThrowIfLessThan(field.Length, PrefixBytes, nameof(field));
}
