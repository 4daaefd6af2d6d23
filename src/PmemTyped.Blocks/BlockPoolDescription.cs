namespace PmemTyped.Blocks;

/// <summary>The facts of a pool file.</summary>
/// <param name="Path">The pool file.</param>
/// <param name="PoolBytes">Size of the pool: the file size rounded down to pages.</param>
/// <param name="BlockSize">Block size in bytes.</param>
/// <param name="BlockCount">Number of blocks.</param>
/// <param name="IsZeroed">Whether the file was known to be zero when the pool was made.</param>
/// <param name="IsLaidOut">Whether anything was ever written.</param>
/// <param name="IsDirty">Whether the pool was not closed cleanly.</param>
/// <param name="PoolSetUuid">Identity of the pool.</param>
/// <param name="PartUuid">Identity of the file.</param>
/// <param name="Created">When it was made.</param>
/// <param name="CompatFeatures">Compat feature word.</param>
/// <param name="IncompatFeatures">Incompat feature word.</param>
/// <param name="ReadOnlyCompatFeatures">Ro-compat feature word.</param>
/// <param name="ApplicationArea">The application area.</param>
/// <param name="Arenas">The arenas; planned ones if the pool is not laid out.</param>
public sealed record BlockPoolDescription(
    string Path,
    long PoolBytes,
    int BlockSize,
    long BlockCount,
    bool IsZeroed,
    bool IsLaidOut,
    bool IsDirty,
    Guid PoolSetUuid,
    Guid PartUuid,
    DateTimeOffset Created,
    uint CompatFeatures,
    uint IncompatFeatures,
    uint ReadOnlyCompatFeatures,
    ReadOnlyMemory<byte> ApplicationArea,
    IReadOnlyList<ArenaDescription> Arenas);

/// <summary>The facts of one arena. Offsets are in bytes from the start of the file.</summary>
/// <param name="Offset">Where its info block is.</param>
/// <param name="BlockCount">Blocks that a user sees.</param>
/// <param name="InternalBlockSize">Bytes that a block occupies.</param>
/// <param name="InternalBlockCount">Blocks that exist.</param>
/// <param name="FreeBlockCount">Blocks that are kept free, one for each flog slot.</param>
/// <param name="DataOffset">Where the blocks are.</param>
/// <param name="MapOffset">Where the map is.</param>
/// <param name="FlogOffset">Where the flog is.</param>
/// <param name="InfoCopyOffset">Where the copy of the info block is.</param>
public sealed record ArenaDescription(
    long Offset,
    long BlockCount,
    long InternalBlockSize,
    long InternalBlockCount,
    int FreeBlockCount,
    long DataOffset,
    long MapOffset,
    long FlogOffset,
    long InfoCopyOffset);
