using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// The header of the layout description in the application area of a block pool; the text follows at once.
/// <code>
///   0            8        12       16              24       28
///   | "PTLAYOUT" | format | length | layout hash   | crc32c | reserved | text ...
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct LayoutDescriptionLayout
{
    internal const int SizeBytes = 32;
    internal const ulong MagicValue = 0x5455_4F59_414C_5450; // "PTLAYOUT"
    internal const uint FormatValue = 1;

    /// <summary>"PTLAYOUT"; zero in an untyped pool.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Version of this header, 1.</summary>
    [FieldOffset(8)] public uint Format;

    /// <summary>Length of the text.</summary>
    [FieldOffset(12)] public uint TextBytes;

    /// <summary>Fingerprint of the layout.</summary>
    [FieldOffset(16)] public ulong LayoutHash;

    /// <summary>CRC-32C over header and text, this field counted as zero.</summary>
    [FieldOffset(24)] public uint Checksum;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved;
}
