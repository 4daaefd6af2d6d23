using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Layout;

/// <summary>
/// The info block at the start of an arena, with a copy at its end (block pool format, section 7).
/// <code>
///      0  signature "BTT_ARENA_INFO"
///     16  BTT uuid | uuid of the pool
///     48  flags | version
///     56  block size and count, outside and inside | free blocks | size of this block
///     80  offsets from the start of the arena: next arena, data, map, flog, copy
///    120  unused
///   4088  checksum
/// </code>
/// </summary>
[OnMedia(IsForeignFormat = true)]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct BttInfoLayout
{
    internal const int SizeBytes = 4096;
    internal const int ChecksumOffset = 4088;

    /// <summary>"BTT_AREN", published last: an info block without it was never completed.</summary>
    internal const ulong SignatureLowValue = 0x4E45_5241_5F54_5442;

    /// <summary>"A_INFO" and two NULs.</summary>
    internal const ulong SignatureHighValue = 0x0000_4F46_4E49_5F41;

    internal const ushort MajorValue = 1;
    internal const ushort MinorValue = 1;

    /// <summary>Bit 0 of the flags: writes to the arena are refused.</summary>
    internal const uint ErrorFlag = 1;

    [FieldOffset(0)] public ulong SignatureLow;
    [FieldOffset(8)] public ulong SignatureHigh;
    [FieldOffset(16)] public Guid Uuid;
    [FieldOffset(32)] public Guid ParentUuid;
    [FieldOffset(48)] public uint Flags;
    [FieldOffset(52)] public ushort Major;
    [FieldOffset(54)] public ushort Minor;
    [FieldOffset(56)] public uint ExternalBlockBytes;
    [FieldOffset(60)] public uint ExternalBlocks;
    [FieldOffset(64)] public uint InternalBlockBytes;
    [FieldOffset(68)] public uint InternalBlocks;
    [FieldOffset(72)] public uint FreeBlocks;
    [FieldOffset(76)] public uint InfoBytes;
    [FieldOffset(80)] public long NextOffset;
    [FieldOffset(88)] public long DataOffset;
    [FieldOffset(96)] public long MapOffset;
    [FieldOffset(104)] public long FlogOffset;
    [FieldOffset(112)] public long InfoOffset;
    [FieldOffset(120)] public Reserved3968 Unused;
    [FieldOffset(ChecksumOffset)] public ulong Checksum;

    /// <summary>Whether both halves of the signature are there.</summary>
    internal readonly bool HasSignature =>
        SignatureLow == SignatureLowValue && SignatureHigh == SignatureHighValue;

    internal static ulong ComputeChecksum(in BttInfoLayout info) =>
        Fletcher64.Compute(Blittable.AsBytes(in info), ChecksumOffset);
}
