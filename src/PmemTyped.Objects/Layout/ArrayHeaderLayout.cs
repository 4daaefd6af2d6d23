using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// What stands in front of the elements of an array, at the start of its first chunk.
/// <code>
///   0           8       16              20     24       28         40
///   | "PTARRAY" | count | element size  | type | crc32c | reserved |
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct ArrayHeaderLayout
{
    internal const int SizeBytes = 64;
    internal const ulong MagicValue = 0x0059_4152_5241_5450; // "PTARRAY"

    /// <summary>"PTARRAY".</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Number of elements.</summary>
    [FieldOffset(8)] public long Count;

    /// <summary>Distance between elements.</summary>
    [FieldOffset(16)] public uint ElementBytes;

    /// <summary>Position of the type in the type table.</summary>
    [FieldOffset(20)] public uint Type;

    /// <summary>CRC-32C over the first 24 bytes.</summary>
    [FieldOffset(24)] public uint Checksum;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(32)] public ulong Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(40)] public Reserved24 Reserved2;

    internal static uint ComputeChecksum(in ArrayHeaderLayout header) =>
        ~Crc32C.Append(Crc32C.Seed, Blittable.AsBytes(in header)[..24]);
}
