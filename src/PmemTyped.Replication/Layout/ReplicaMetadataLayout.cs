using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Replication.Layout;

/// <summary>
/// One slot of the side file that lies beside each copy of a replicated pool; the same bytes travel between copies. Two slots
/// lie 4096 bytes apart; the newer one whose checksum holds counts.
/// <code>
///   0  magic | version | sequence
///  16  set | replica
///  48  generation
///  64  previous | one before | bitmap base
/// 112  promised epoch | role | number | copies | least copies | flags
/// 128  away | changed | reserved | checksum
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct ReplicaMetadataLayout
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 160;

    /// <summary>Byte offset of the checksum, which covers all before it.</summary>
    public const int ChecksumOffset = 156;

    /// <summary>"PRGM" as a little-endian number.</summary>
    public const uint SlotMagic = 0x4D47_5250;

    /// <summary>The only version so far.</summary>
    public const uint CurrentVersion = 1;

    /// <summary>0x4D475250.</summary>
    [FieldOffset(0)] public uint Magic;

    /// <summary>1.</summary>
    [FieldOffset(4)] public uint Version;

    /// <summary>Counts updates from 1; the higher one of two slots is newer.</summary>
    [FieldOffset(8)] public ulong Sequence;

    /// <summary>The set of copies; zero before the copy belongs to one.</summary>
    [FieldOffset(16)] public Guid SetUuid;

    /// <summary>This copy.</summary>
    [FieldOffset(32)] public Guid ReplicaId;

    /// <summary>The current generation.</summary>
    [FieldOffset(48)] public Guid Generation;

    /// <summary>The generation before, or zero.</summary>
    [FieldOffset(64)] public Guid Previous;

    /// <summary>The one before that, or zero.</summary>
    [FieldOffset(80)] public Guid BeforePrevious;

    /// <summary>At a primary: since when the bitmaps are complete. At a copy that is syncing: the generation it is given.</summary>
    [FieldOffset(96)] public Guid BitmapBase;

    /// <summary>The highest epoch that was promised; the number of the writer is its lowest byte.</summary>
    [FieldOffset(112)] public ulong PromisedEpoch;

    /// <summary>0 none, 1 primary, 2 replica, 3 syncing.</summary>
    [FieldOffset(120)] public byte Role;

    /// <summary>Number of the copy in its set, from 1; zero before it belongs to one.</summary>
    [FieldOffset(121)] public byte Number;

    /// <summary>Copies of the set, the primary included.</summary>
    [FieldOffset(122)] public byte Copies;

    /// <summary>Copies that an acknowledged write has at least.</summary>
    [FieldOffset(123)] public byte LeastCopies;

    /// <summary>Bit 0: closed in good order; 1: promoted by force; 2: no member lacked anything at that close; 3: promoted by force, and alone since.</summary>
    [FieldOffset(124)] public uint Flags;

    /// <summary>Bit n: copy n is away from the current generation.</summary>
    [FieldOffset(128)] public ulong Away;

    /// <summary>When the generation was made, in seconds since 1970; only to be shown.</summary>
    [FieldOffset(136)] public long ChangedSeconds;

    /// <summary>Zero.</summary>
    [FieldOffset(144)] public ulong Reserved;

    /// <summary>Zero.</summary>
    [FieldOffset(152)] public uint Reserved2;

    /// <summary>CRC-32C of the 156 bytes before.</summary>
    [FieldOffset(ChecksumOffset)] public uint Checksum;
}
