using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// One entry of an undo log; the bytes as they were follow at once, where the kind has any, up to a multiple of 8.
/// <code>
///   0            8                 16       20       24
///   | generation | offset   | kind | length | crc32c | old bytes ...
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct LogEntryLayout
{
    internal const int SizeBytes = 24;
    internal const int KindShift = 56;
    internal const ulong OffsetMask = (1UL << KindShift) - 1;

    /// <summary>Generation of the transaction; the entry counts only while it is one more than that of the lane.</summary>
    [FieldOffset(0)] public ulong Generation;

    /// <summary>Where it happens, and in the upper 8 bits the kind: 1 bytes stored, 2 slot taken, 3 slot freed.</summary>
    [FieldOffset(8)] public ulong Target;

    /// <summary>Number of bytes there.</summary>
    [FieldOffset(16)] public uint LengthBytes;

    /// <summary>CRC-32C over the first 20 bytes and the old bytes.</summary>
    [FieldOffset(20)] public uint Checksum;

    internal static uint ComputeChecksum(in LogEntryLayout entry, ReadOnlySpan<byte> old) =>
        ~Crc32C.Append(Crc32C.Append(Crc32C.Seed, Blittable.AsBytes(in entry)[..20]), old);
}
