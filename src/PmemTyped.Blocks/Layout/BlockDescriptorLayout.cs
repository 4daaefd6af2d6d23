using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Layout;

/// <summary>
/// The second page of a block pool (block pool format, section 5).
/// <code>
///   4096  block size | is zeroed
///   4104  run-time area of the reference library: never interpreted
///   4200  application area, free for our layout description
/// </code>
/// </summary>
[OnMedia(IsForeignFormat = true)]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct BlockDescriptorLayout
{
    internal const int SizeBytes = 4096;

    /// <summary>Where the descriptor starts in the file.</summary>
    internal const int FileOffset = 4096;

    internal const int IsZeroedOffset = 4;
    internal const int RunTimeOffset = 8;
    internal const int ApplicationAreaOffset = 104;
    internal const int ApplicationAreaBytes = 3992;

    /// <summary>The pool information tool takes the difference of these two words for the start of the data.</summary>
    internal const int RunTimeBaseOffset = 8;
    internal const int RunTimeDataOffset = 32;

    /// <summary>Block size in bytes.</summary>
    [FieldOffset(0)] public uint BlockBytes;

    /// <summary>Not 0 when the file was known to be zero as the pool was made, so that the maps need no clearing.</summary>
    [FieldOffset(IsZeroedOffset)] public int IsZeroed;

    /// <summary>Memory of the process that has the pool open in the reference library; never interpreted.</summary>
    [FieldOffset(RunTimeOffset)] public RunTimeArea96 RunTime;

    /// <summary>Free for the application; a typed pool begins it with its layout description.</summary>
    [FieldOffset(ApplicationAreaOffset)] public ApplicationArea3992 Application;
}
