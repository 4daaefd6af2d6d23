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
    internal const int FlagsOffset = 48;
    internal const int ChecksumOffset = 4088;

    /// <summary>"BTT_AREN", published last: an info block without it was never completed.</summary>
    internal const ulong SignatureLowValue = 0x4E45_5241_5F54_5442;

    /// <summary>"A_INFO" and two NULs.</summary>
    internal const ulong SignatureHighValue = 0x0000_4F46_4E49_5F41;

    internal const ushort MajorValue = 1;
    internal const ushort MinorValue = 1;

    /// <summary>Bit 0 of the flags: writes to the arena are refused.</summary>
    internal const uint ErrorFlag = 1;

    /// <summary>"BTT_AREN"; stored last, zero while the arena is not laid out.</summary>
    [FieldOffset(0)] public ulong SignatureLow;

    /// <summary>"A_INFO" and two NULs.</summary>
    [FieldOffset(8)] public ulong SignatureHigh;

    /// <summary>Identity of the layout, the same in every arena of the pool.</summary>
    [FieldOffset(16)] public Guid Uuid;

    /// <summary>Identity of the pool, as in the part header.</summary>
    [FieldOffset(32)] public Guid ParentUuid;

    /// <summary>Bit 0: writes to the arena are refused.</summary>
    [FieldOffset(FlagsOffset)] public uint Flags;

    /// <summary>Format version, 1.</summary>
    [FieldOffset(52)] public ushort Major;

    /// <summary>Minor format version, 1.</summary>
    [FieldOffset(54)] public ushort Minor;

    /// <summary>Bytes that a user sees in a block, as in the descriptor.</summary>
    [FieldOffset(56)] public uint ExternalBlockBytes;

    /// <summary>Blocks that a user sees; the map has as many entries.</summary>
    [FieldOffset(60)] public uint ExternalBlocks;

    /// <summary>Bytes that a block occupies.</summary>
    [FieldOffset(64)] public uint InternalBlockBytes;

    /// <summary>Blocks that exist: the external and the free ones.</summary>
    [FieldOffset(68)] public uint InternalBlocks;

    /// <summary>Blocks that are free at any time, one for each flog slot.</summary>
    [FieldOffset(72)] public uint FreeBlocks;

    /// <summary>Size of this block, 4096.</summary>
    [FieldOffset(76)] public uint InfoBytes;

    /// <summary>Distance to the next arena, 0 in the last one.</summary>
    [FieldOffset(80)] public long NextOffset;

    /// <summary>Where block 0 starts; this and the next three count from the start of the arena.</summary>
    [FieldOffset(88)] public long DataOffset;

    /// <summary>Where the map starts: 4 bytes per external block.</summary>
    [FieldOffset(96)] public long MapOffset;

    /// <summary>Where the flog starts: 64 bytes per free block.</summary>
    [FieldOffset(104)] public long FlogOffset;

    /// <summary>Where the copy of this block starts.</summary>
    [FieldOffset(112)] public long InfoOffset;

    /// <summary>Zero.</summary>
    [FieldOffset(120)] public Reserved3968 Unused;

    /// <summary>Fletcher64 over the 4096 bytes.</summary>
    [FieldOffset(ChecksumOffset)] public ulong Checksum;

    /// <summary>Whether both halves of the signature are there.</summary>
    internal readonly bool HasSignature =>
        SignatureLow == SignatureLowValue && SignatureHigh == SignatureHighValue;

    internal static ulong ComputeChecksum(in BttInfoLayout info) =>
        Fletcher64.Compute(Blittable.AsBytes(in info), ChecksumOffset);
}
