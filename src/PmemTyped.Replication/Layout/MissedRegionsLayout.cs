using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Replication.Layout;

/// <summary>
/// The head of the file that says which regions of a pool a replica missed; the bits begin at byte 4096, in words of 64.
/// <code>
///   0  magic | version | region bytes
///  16  set
///  32  pool bytes | reserved
///  56  reserved | checksum
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct MissedRegionsLayout
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 64;

    /// <summary>Byte offset of the checksum, which covers all before it.</summary>
    public const int ChecksumOffset = 60;

    /// <summary>"PRMB" as a little-endian number.</summary>
    public const uint HeadMagic = 0x424D_5250;

    /// <summary>The only version so far.</summary>
    public const uint CurrentVersion = 1;

    /// <summary>0x424D5250.</summary>
    [FieldOffset(0)] public uint Magic;

    /// <summary>1.</summary>
    [FieldOffset(4)] public uint Version;

    /// <summary>Bytes that a bit stands for.</summary>
    [FieldOffset(8)] public long RegionBytes;

    /// <summary>The set of copies.</summary>
    [FieldOffset(16)] public Guid SetUuid;

    /// <summary>Bytes of the pool.</summary>
    [FieldOffset(32)] public long PoolBytes;

    /// <summary>Zero.</summary>
    [FieldOffset(40)] public ulong Reserved;

    /// <summary>Zero.</summary>
    [FieldOffset(48)] public ulong Reserved2;

    /// <summary>Zero.</summary>
    [FieldOffset(56)] public uint Reserved3;

    /// <summary>CRC-32C of the 60 bytes before.</summary>
    [FieldOffset(ChecksumOffset)] public uint Checksum;
}
