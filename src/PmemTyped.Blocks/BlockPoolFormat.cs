using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks;

/// <summary>What a new pool is made of.</summary>
/// <param name="BlockBytes">Block size.</param>
/// <param name="IsZeroed">Whether the file is known to be zero.</param>
/// <param name="CreationTimeSeconds">Seconds since the Unix epoch.</param>
/// <param name="Application">First bytes of the application area.</param>
internal readonly record struct BlockPoolFormat(
    int BlockBytes, bool IsZeroed, long CreationTimeSeconds, ReadOnlyMemory<byte> Application)
{
    /// <summary>Gets the header of the first part of a set; null for a pool of one file.</summary>
    internal PartHeaderLayout? Header { get; init; }
}
