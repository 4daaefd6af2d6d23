namespace PmemTyped.Sets.PoolSets;

/// <summary>How the files of a new pool are made.</summary>
public sealed record PoolSetCreation
{
    /// <summary>The smallest part, in bytes. (PMEMOBJ_MIN_PART and its kin)</summary>
    public const long MinPartBytes = 2 << 20;

    /// <summary>Gets the smallest pool of this type, in bytes; also the size of the first file in a directory.</summary>
    public required long MinPoolBytes { get; init; }

    /// <summary>Gets the creation time, seconds since the Unix epoch.</summary>
    public required long TimeSeconds { get; init; }

    /// <summary>Gets the permission bits of new files; exact, the umask does not apply.</summary>
    public UnixFileMode Mode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Gets a value indicating whether blocks are left unallocated.</summary>
    public bool IsSparse { get; init; }
}
