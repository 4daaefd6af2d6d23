using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// A type that a region holds objects of; the layout as text follows at once, cut off where the entry ends.
/// <code>
///   0          8             16     20      24       28       32           40         64        1024
///   | "PTTYPE" | layout hash | size | align | length | crc32c | array word | reserved | text ... |
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct TypeEntryLayout
{
    internal const int SizeBytes = 64;
    internal const int StrideBytes = 1024;
    internal const int MaxTextBytes = StrideBytes - SizeBytes;
    internal const int ArrayOffset = 32;
    internal const ulong MagicValue = 0x4550_5954_5450; // "PTTYPE"

    /// <summary>"PTTYPE"; stored last, zero in an entry that is not in use.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Fingerprint of the layout.</summary>
    [FieldOffset(8)] public ulong LayoutHash;

    /// <summary>Size of an object.</summary>
    [FieldOffset(16)] public uint SizeOfObject;

    /// <summary>Alignment of an object, a power of two.</summary>
    [FieldOffset(20)] public uint AlignmentBytes;

    /// <summary>Length of the text.</summary>
    [FieldOffset(24)] public uint TextBytes;

    /// <summary>CRC-32C over the first 32 bytes, this field counted as zero, and the text.</summary>
    [FieldOffset(28)] public uint Checksum;

    /// <summary>Where the first element of the region's array of this type is, 0 for none; changes in transactions.</summary>
    [FieldOffset(ArrayOffset)] public long Array;

    /// <summary>Zero.</summary>
    [FieldOffset(40)] public Reserved24 Reserved;

    internal static uint ComputeChecksum(TypeEntryLayout entry, ReadOnlySpan<byte> text)
    {
        entry.Checksum = 0;
        uint crc = Crc32C.Append(Crc32C.Seed, Blittable.AsBytes(in entry)[..ArrayOffset]);
        return ~Crc32C.Append(crc, text);
    }
}
