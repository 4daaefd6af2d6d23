using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// The header of a record in a block; the payload follows at once.
/// <code>
///   0        4    6    8                16       20       24               32
///   | magic  | ver| flg| layout hash    | length | crc32c | reserved       | payload ...
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct RecordHeaderLayout
{
    internal const int SizeBytes = 32;
    internal const uint MagicValue = 0x3152_5450; // "PTR1"
    internal const int ChecksumOffset = 20;

    [FieldOffset(0)] public uint Magic;
    [FieldOffset(4)] public ushort LayoutVersion;
    [FieldOffset(6)] public ushort Flags;
    [FieldOffset(8)] public ulong LayoutHash;
    [FieldOffset(16)] public uint PayloadBytes;
    [FieldOffset(ChecksumOffset)] public uint Checksum;
    [FieldOffset(24)] public ulong Reserved;
}
