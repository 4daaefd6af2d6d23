using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Sets.Layout;

/// <summary>
/// Shutdown state: whether the pool was open when the device lost power unsafely (block pool format, section 4).
/// <code>
///   0              8              16  17             56
///   | unsafe count | device uuid  | D | reserved     | checksum |
/// </code>
/// </summary>
[OnMedia(IsForeignFormat = true)]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct ShutdownStateLayout
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 64;

    /// <summary>Byte offset of the checksum.</summary>
    public const int ChecksumOffset = 56;

    /// <summary>Sum of the unsafe shutdown counts of the devices behind the file.</summary>
    [FieldOffset(0)] public ulong UnsafeShutdownCount;

    /// <summary>Checksum over the identifiers of these devices.</summary>
    [FieldOffset(8)] public ulong DeviceUuid;

    /// <summary>1 while the pool is open.</summary>
    [FieldOffset(16)] public byte Dirty;

    /// <summary>Zero.</summary>
    [FieldOffset(17)] public Reserved39 Reserved;

    /// <summary>Fletcher64 over the 64 bytes.</summary>
    [FieldOffset(ChecksumOffset)] public ulong Checksum;
}
