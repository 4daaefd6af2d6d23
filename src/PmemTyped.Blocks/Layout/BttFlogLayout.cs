using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Layout;

/// <summary>
/// One half of a flog slot; a slot holds two, then 32 bytes of padding (block pool format, section 9).
/// <code>
///   0      4         8         12
///   | lba  | old map | new map | sequence |
///   '-- one store ---'-- one store: activates the entry (P3)
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct BttFlogLayout
{
    internal const int SizeBytes = 16;
    internal const int SlotBytes = 64;
    internal const int LogOffset = 0;
    internal const int ActivationOffset = 8;

    /// <summary>The block that was written, counted in its arena.</summary>
    [FieldOffset(0)] public uint Lba;

    /// <summary>Its map entry before; the block named there is the free one afterwards.</summary>
    [FieldOffset(4)] public uint OldMap;

    /// <summary>Its map entry after.</summary>
    [FieldOffset(8)] public uint NewMap;

    /// <summary>1, 2, 3, 1 and so on; the half that is one step ahead counts, 0 is never written.</summary>
    [FieldOffset(12)] public uint Sequence;

    /// <summary>Lba and old map entry as the one number that is stored at <see cref="LogOffset"/>.</summary>
    internal static ulong Log(uint lba, BttMapEntry oldMap) => lba | ((ulong)oldMap.Value << 32);

    /// <summary>New map entry and sequence as the one number that is stored at <see cref="ActivationOffset"/>.</summary>
    internal static ulong Activation(BttMapEntry newMap, uint sequence) => newMap.Value | ((ulong)sequence << 32);

    /// <summary>1, 2, 3, 1: the sequence numbers of consecutive writes; 0 stays 0.</summary>
    internal static uint NextSequence(uint sequence) => (sequence & 3) switch
    {
        0 => 0,
        3 => 1,
        uint s => s + 1,
    };
}
