using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// The header of a layout description in the application area of a block pool; the text follows at once.
/// <code>
///   0            8        12       16              24       28    30
///   | "PTLAYOUT" | format | length | layout hash   | crc32c | seq | slot | text ...
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct LayoutDescriptionLayout
{
    internal const int SizeBytes = 32;
    internal const ulong MagicValue = 0x5455_4F59_414C_5450; // "PTLAYOUT"

    /// <summary>One layout, one record in each block, never replaced: sequence and slot are zero.</summary>
    internal const uint FirstFormat = 1;

    /// <summary>Anything else.</summary>
    internal const uint SecondFormat = 2;

    /// <summary>"PTLAYOUT"; zero where there is no description.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Version of this header: 1, or 2 if the text has several lines or one of the last two fields is not zero.</summary>
    [FieldOffset(8)] public uint Format;

    /// <summary>Length of the text in bytes.</summary>
    [FieldOffset(12)] public uint TextBytes;

    /// <summary>Fingerprint of the layout that is written, which is that of the first line.</summary>
    [FieldOffset(16)] public ulong LayoutHash;

    /// <summary>CRC-32C over header and text, this field counted as zero.</summary>
    [FieldOffset(24)] public uint Checksum;

    /// <summary>Of two descriptions the one whose sequence is ahead counts.</summary>
    [FieldOffset(28)] public ushort Sequence;

    /// <summary>Bytes from one record to the next in a block; zero where a block holds one record.</summary>
    [FieldOffset(30)] public ushort SlotBytes;
}
