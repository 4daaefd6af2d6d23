using PmemTyped.Sets;

namespace PmemTyped.Blocks;

/// <summary>How a new pool file is made.</summary>
public sealed record BlockPoolOptions
{
    /// <summary>Gets the permission bits of the file; exact, the umask does not apply. Default: owner reads and writes.</summary>
    public UnixFileMode Mode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Gets a value indicating whether the blocks of the file are left unallocated. Default false. A sparse pool takes
    /// disk space as it is written; when the disk is full then, the kernel ends the process at a store.
    /// </summary>
    public bool IsSparse { get; init; }

    /// <summary>
    /// Gets the first bytes of the application area: up to 3,992 bytes that the format leaves free. If not empty, at
    /// least 8 bytes whose first 8 are not all zero.
    /// </summary>
    public ReadOnlyMemory<byte> ApplicationArea { get; init; }

    /// <summary>
    /// Gets what makes the copies of the pool elsewhere; null, the default, for none. A pool in a set file has those that the
    /// file names.
    /// </summary>
    public IReplicator? Replicator { get; init; }
}
