namespace PmemTyped.Mapping;

/// <summary>
/// How the classic call opens or creates a file; the numbers are those of libpmem, which does not have
/// <see cref="AllowShrink"/>. Without <see cref="Create"/> an existing file is opened as it is, and the others except
/// <see cref="Temporary"/> mean nothing. (pmem_map_file; mapping specification, section 2.2)
/// </summary>
[Flags]
public enum PmemFileOptions
{
    /// <summary>Opens an existing file.</summary>
    None = 0,

    /// <summary>Creates the file when it is missing, and gives it the length asked for. (PMEM_FILE_CREATE)</summary>
    Create = 1,

    /// <summary>With <see cref="Create"/>: the file must not exist. (PMEM_FILE_EXCL)</summary>
    Exclusive = 2,

    /// <summary>
    /// With <see cref="Create"/>: blocks are not allocated. A full disk is then met at a store, which ends the process.
    /// (PMEM_FILE_SPARSE)
    /// </summary>
    Sparse = 4,

    /// <summary>
    /// With <see cref="Create"/>, and needs it: the path is a directory, and the file in it has no name and vanishes
    /// with its last map. (PMEM_FILE_TMPFILE)
    /// </summary>
    Temporary = 8,

    /// <summary>
    /// With <see cref="Create"/>: an existing file that is longer is cut to the length asked for, as libpmem always
    /// does; without it such a file is refused. What is cut off is lost, even if a later step fails.
    /// </summary>
    AllowShrink = 16,
}
