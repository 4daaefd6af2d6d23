using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Replication.Layout;

/// <summary>
/// The payload of a control request begins with it; then come the attributes and the metadata of a copy, if options say so, and
/// the pool's name.
/// <code>
///   0  ticket
///  16  pool bytes | lanes | options
///  32  name bytes | reserved
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct ControlRequestLayout
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 40;

    /// <summary>The longest name of a pool, in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>The longest request.</summary>
    public const int MaxBytes = SizeBytes + RemotePoolAttributes.SizeBytes + ReplicaMetadataLayout.SizeBytes + MaxNameBytes;

    /// <summary>The ticket of a lane that joins; what resumes a session; otherwise zero.</summary>
    [FieldOffset(0)] public Guid Ticket;

    /// <summary>Size of the window that is asked for.</summary>
    [FieldOffset(16)] public long PoolBytes;

    /// <summary>Lanes that are asked for; the number of the lane that joins.</summary>
    [FieldOffset(24)] public uint Lanes;

    /// <summary>Bit 0: attributes follow; 1: force; 2: the set file too; 3: remove what this session created; 4: metadata follow.</summary>
    [FieldOffset(28)] public uint Options;

    /// <summary>Bytes of the name at the end.</summary>
    [FieldOffset(32)] public uint NameBytes;

    /// <summary>Zero.</summary>
    [FieldOffset(36)] public uint Reserved;
}
