using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Sets.Layout;

/// <summary>
/// The first page of every pool part (block pool format, section 3).
/// <code>
///      0  signature | major | compat | incompat | ro-compat
///     24  pool set uuid | part uuid | previous and next part | previous and next replica
///    120  creation time | architecture flags
///    144  unused
///   2048  unused, outside the checksum with CKSUM_2K
///   4024  shutdown state
///   4088  checksum
/// </code>
/// </summary>
[OnMedia(IsForeignFormat = true)]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct PartHeaderLayout
{
    /// <summary>Its size: one page.</summary>
    public const int SizeBytes = 4096;

    /// <summary>Where the part of the header ends that CKSUM_2K covers.</summary>
    public const int ShortChecksumBytes = 2048;

    /// <summary>Byte offset of the shutdown state.</summary>
    public const int ShutdownStateOffset = 4024;

    /// <summary>Byte offset of the checksum.</summary>
    public const int ChecksumOffset = 4088;

    /// <summary>"PMEMBLK" and NUL for block pools, as a little-endian number.</summary>
    [FieldOffset(0)] public ulong Signature;

    /// <summary>Format version, 1.</summary>
    [FieldOffset(8)] public uint Major;

    /// <summary>Features whose unknown bits may be ignored.</summary>
    [FieldOffset(12)] public uint Compat;

    /// <summary>Features whose unknown bits forbid opening; see <see cref="PoolFeatures"/>.</summary>
    [FieldOffset(16)] public uint Incompat;

    /// <summary>Features whose unknown bits forbid writing.</summary>
    [FieldOffset(20)] public uint ReadOnlyCompat;

    /// <summary>Identity of the pool.</summary>
    [FieldOffset(24)] public Guid PoolSetUuid;

    /// <summary>Identity of this part.</summary>
    [FieldOffset(40)] public Guid PartUuid;

    /// <summary>The part before this one in the ring.</summary>
    [FieldOffset(56)] public Guid PreviousPartUuid;

    /// <summary>The part after this one in the ring.</summary>
    [FieldOffset(72)] public Guid NextPartUuid;

    /// <summary>First part of the replica before.</summary>
    [FieldOffset(88)] public Guid PreviousReplicaUuid;

    /// <summary>First part of the replica after.</summary>
    [FieldOffset(104)] public Guid NextReplicaUuid;

    /// <summary>Creation time, seconds since the Unix epoch.</summary>
    [FieldOffset(120)] public long CreationTimeSeconds;

    /// <summary>One nibble per C type: its alignment minus one.</summary>
    [FieldOffset(128)] public ulong AlignmentDescriptor;

    /// <summary>2 for 64 bit.</summary>
    [FieldOffset(136)] public byte MachineClass;

    /// <summary>1 for little-endian.</summary>
    [FieldOffset(137)] public byte DataEncoding;

    /// <summary>Zero.</summary>
    [FieldOffset(138)] public ushort ArchitectureReserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(140)] public ushort ArchitectureReserved1;

    /// <summary>ELF machine number: 62 for x86-64, 183 for Arm64.</summary>
    [FieldOffset(142)] public ushort Machine;

    /// <summary>Zero.</summary>
    [FieldOffset(144)] public Reserved1904 Unused;

    /// <summary>Zero.</summary>
    [FieldOffset(2048)] public Reserved1976 Unused2;

    /// <summary>Shutdown state.</summary>
    [FieldOffset(ShutdownStateOffset)] public ShutdownStateLayout ShutdownState;

    /// <summary>Fletcher64 over the page.</summary>
    [FieldOffset(ChecksumOffset)] public ulong Checksum;
}
