using System.Buffers.Binary;
using PmemTyped.Sets;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// 48 bits of value and 16 bits that are computed from them and from the place of the word, so that damage of a word that
/// is published by one store is found like that of a structure with a checksum.
/// </summary>
internal static class CheckedWord
{
    internal const int ValueBits = 48;
    internal const ulong ValueMask = (1UL << ValueBits) - 1;

    /// <summary>The word for a value at a place.</summary>
    internal static ulong Make(ulong value, long offset) => value | ((ulong)Check(value, offset) << ValueBits);

    /// <summary>The value of a word; false when the word is damaged.</summary>
    internal static bool TryRead(ulong word, long offset, out ulong value)
    {
        value = word & ValueMask;
        return word >> ValueBits == Check(value, offset);
    }

    private static ushort Check(ulong value, long offset)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(ulong)..], offset);
        uint crc = Crc32C.Append(Crc32C.Seed, bytes);
        return (ushort)(crc ^ (crc >> 16));
    }
}
