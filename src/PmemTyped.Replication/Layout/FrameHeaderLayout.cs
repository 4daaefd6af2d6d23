using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Layout;

/// <summary>
/// What every frame begins with; the payload follows. One cache line, little-endian (replication specification, 19.2).
/// <code>
///   0  magic | version | kind | flags | lane
///   8  epoch          | sequence
///  24  pool offset    | up to
///  40  payload bytes  | payload checksum | credit | status
///  56  request        | header checksum
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct FrameHeaderLayout
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 64;

    /// <summary>Byte offset of the header checksum, which covers all before it.</summary>
    public const int ChecksumOffset = 60;

    /// <summary>"PR" as a little-endian number.</summary>
    public const ushort FrameMagic = 0x5250;

    /// <summary>The only version so far.</summary>
    public const ushort CurrentVersion = 1;

    /// <summary>0x5250.</summary>
    [FieldOffset(0)] public ushort Magic;

    /// <summary>1. These first four bytes are the same in every version.</summary>
    [FieldOffset(2)] public ushort Version;

    /// <summary>What the frame asks or answers.</summary>
    [FieldOffset(4)] public FrameKind Kind;

    /// <summary>Flags of a data frame; the operation of a control frame.</summary>
    [FieldOffset(5)] public byte Flags;

    /// <summary>Number of the lane; 0xFFFF on the control connection.</summary>
    [FieldOffset(6)] public ushort Lane;

    /// <summary>Epoch of the writer; a target refuses another one than that of its session.</summary>
    [FieldOffset(8)] public ulong Epoch;

    /// <summary>Counts the frames of a lane from 1; in an acknowledgement the last frame that is durable.</summary>
    [FieldOffset(16)] public ulong Sequence;

    /// <summary>First byte of the range in the pool.</summary>
    [FieldOffset(24)] public long PoolOffset;

    /// <summary>End of the range in the pool; in an acknowledgement the last frame that is stored.</summary>
    [FieldOffset(32)] public long UpTo;

    /// <summary>Length of the payload in bytes.</summary>
    [FieldOffset(40)] public uint PayloadBytes;

    /// <summary>CRC-32C of the payload, 0 where the connection protects it.</summary>
    [FieldOffset(44)] public uint PayloadChecksum;

    /// <summary>Payload bytes that the lane may have sent since its begin, modulo 2^32.</summary>
    [FieldOffset(48)] public uint Credit;

    /// <summary>Error number in the lower half, durability level in the upper half.</summary>
    [FieldOffset(52)] public uint Status;

    /// <summary>Number of the request that is asked or answered.</summary>
    [FieldOffset(56)] public uint Request;

    /// <summary>CRC-32C of the 60 bytes before.</summary>
    [FieldOffset(ChecksumOffset)] public uint Checksum;
}
