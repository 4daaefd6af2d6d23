using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// The first line of a region. Every other place follows from its numbers; it is stored last when a region is made and
/// never changes.
/// <code>
///   0            8        12     14     16            24           28         32       36           40          48
///   | "PTREGION" | crc32c | maj  | min  | length      | chunk size | types    | lanes  | lane size  | root      | reserved
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct RegionHeaderLayout
{
    internal const int SizeBytes = 64;
    internal const int ChecksumOffset = 8;
    internal const ulong MagicValue = 0x4E4F_4947_4552_5450; // "PTREGION"
    internal const ushort MajorValue = 1;
    internal const ushort MinorValue = 0;

    /// <summary>"PTREGION".</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>CRC-32C over the 64 bytes, this field counted as zero.</summary>
    [FieldOffset(ChecksumOffset)] public uint Checksum;

    /// <summary>Format version, 1.</summary>
    [FieldOffset(12)] public ushort Major;

    /// <summary>Minor format version, 0.</summary>
    [FieldOffset(14)] public ushort Minor;

    /// <summary>Size of the region.</summary>
    [FieldOffset(16)] public long LengthBytes;

    /// <summary>Size of a chunk, a power of two.</summary>
    [FieldOffset(24)] public uint ChunkBytes;

    /// <summary>Number of entries in the type table, a multiple of 4.</summary>
    [FieldOffset(28)] public uint TypeCapacity;

    /// <summary>Number of lanes, so many transactions at a time.</summary>
    [FieldOffset(32)] public uint LaneCount;

    /// <summary>Size of a lane, header included, a multiple of 4096.</summary>
    [FieldOffset(36)] public uint LaneBytes;

    /// <summary>Where the root object is; its type is that of the first entry of the type table.</summary>
    [FieldOffset(40)] public long RootOffset;

    /// <summary>Zero.</summary>
    [FieldOffset(48)] public Reserved16 Reserved;

    internal static uint ComputeChecksum(RegionHeaderLayout header)
    {
        header.Checksum = 0;
        return ~Crc32C.Append(Crc32C.Seed, Blittable.AsBytes(in header));
    }
}
