using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Replication.Layout;

/// <summary>
/// The payload of an answer to a control request that succeeded; the stored attributes, or the metadata of a copy, follow
/// where there are some.
/// <code>
///   0  ticket
///  16  pool bytes | lanes | options
///  32  window bytes | window frames | frame bytes | durability
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct ControlAnswerLayout
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 48;

    /// <summary>A ticket for one lane; for a pool that was opened, what resumes its session; otherwise zero.</summary>
    [FieldOffset(0)] public Guid Ticket;

    /// <summary>The largest window that the pool allows.</summary>
    [FieldOffset(16)] public long PoolBytes;

    /// <summary>Lanes that are granted.</summary>
    [FieldOffset(24)] public uint Lanes;

    /// <summary>Bit 0: parts have headers; 1: only the first one has; 2: the pool is open.</summary>
    [FieldOffset(28)] public uint Options;

    /// <summary>Payload bytes that a lane may have in flight.</summary>
    [FieldOffset(32)] public uint WindowBytes;

    /// <summary>Frames that a lane may have in flight.</summary>
    [FieldOffset(36)] public uint WindowFrames;

    /// <summary>The longest payload of a frame.</summary>
    [FieldOffset(40)] public uint FrameBytes;

    /// <summary>What a drain achieves.</summary>
    [FieldOffset(44)] public uint Durability;
}
