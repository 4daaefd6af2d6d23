using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Objects.Layout;

/// <summary>
/// The start of a lane; its undo log follows at once.
/// <code>
///   0                    8          64
///   | generation | check | reserved | log entries ...
///   '-- one store: ends a transaction (TX P3, P5)
/// </code>
/// </summary>
[OnMedia]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct LaneHeaderLayout
{
    internal const int SizeBytes = 64;

    /// <summary>
    /// Generation of the last transaction that ended, with a check in the upper 16 bits; entries of the next generation
    /// are those of a transaction that did not end.
    /// </summary>
    [FieldOffset(0)] public ulong Generation;

    /// <summary>Zero.</summary>
    [FieldOffset(8)] public Reserved56 Reserved;
}
