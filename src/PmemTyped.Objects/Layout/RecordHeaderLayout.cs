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
    internal const int LayoutVersionOffset = 4;
    internal const int LayoutHashOffset = 8;
    internal const int PayloadBytesOffset = 16;
    internal const int ChecksumOffset = 20;

    /// <summary>"PTR1".</summary>
    [FieldOffset(0)] public uint Magic;

    /// <summary>Version of the layout, for people; the fingerprint decides.</summary>
    [FieldOffset(LayoutVersionOffset)] public ushort LayoutVersion;

    /// <summary>Zero.</summary>
    [FieldOffset(6)] public ushort Flags;

    /// <summary>Fingerprint of the layout.</summary>
    [FieldOffset(LayoutHashOffset)] public ulong LayoutHash;

    /// <summary>Length of the payload.</summary>
    [FieldOffset(PayloadBytesOffset)] public uint PayloadBytes;

    /// <summary>CRC-32C over header and payload, this field counted as zero.</summary>
    [FieldOffset(ChecksumOffset)] public uint Checksum;

    /// <summary>Zero.</summary>
    [FieldOffset(24)] public ulong Reserved;
}
