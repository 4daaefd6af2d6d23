namespace PmemTyped.Blocks;

/// <summary>What a new pool is made of.</summary>
/// <param name="BlockBytes">Block size.</param>
/// <param name="IsZeroed">Whether the file is known to be zero.</param>
/// <param name="CreationTimeSeconds">Seconds since the Unix epoch.</param>
/// <param name="Application">First bytes of the application area.</param>
internal readonly record struct BlockPoolFormat(
    int BlockBytes, bool IsZeroed, long CreationTimeSeconds, ReadOnlyMemory<byte> Application);
