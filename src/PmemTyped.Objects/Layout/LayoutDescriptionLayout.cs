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

    [FieldOffset(0)] public ulong Magic;
    [FieldOffset(8)] public uint Format;
    [FieldOffset(12)] public uint TextBytes;
    [FieldOffset(16)] public ulong LayoutHash;
    [FieldOffset(24)] public uint Checksum;
    [FieldOffset(28)] public uint Reserved;
}
