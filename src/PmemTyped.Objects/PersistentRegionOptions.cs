using PmemTyped.Sets;

namespace PmemTyped;

/// <summary>How a new region is made.</summary>
public sealed record PersistentRegionOptions
{
    /// <summary>Gets the permission bits of the file; exact, the umask does not apply. Default: owner reads and writes.</summary>
    public UnixFileMode Mode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Gets how many transactions can be under way at a time, 1 to 1,024. Default 32; one more has to wait.</summary>
    public int Lanes { get; init; } = 32;

    /// <summary>
    /// Gets how many bytes of old content and entries of 24 bytes a transaction can log, up to 16 MiB. It is rounded up to
    /// whole pages, and every lane takes as much. Default 32 KiB.
    /// </summary>
    public int LogBytes { get; init; } = 32 * 1024;

    /// <summary>Gets what makes the copies of the region elsewhere, which have no part headers; null, the default, for none.</summary>
    public IReplicator? Replicator { get; init; }
}
