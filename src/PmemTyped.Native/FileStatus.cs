namespace PmemTyped.Native;

/// <summary>What statx(2) says about an open file.</summary>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="AllocatedBytes">Bytes that the file system has allocated; less than the size for a sparse file.</param>
/// <param name="IsRegularFile">Whether it is a regular file.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="IsDax">Whether the file system reports the file as DAX.</param>
/// <param name="ChangeTimeSeconds">Time of the last status change, seconds since the Unix epoch.</param>
public readonly record struct FileStatus(
    long SizeBytes,
    long AllocatedBytes,
    bool IsRegularFile,
    bool IsDirectory,
    bool IsDax,
    long ChangeTimeSeconds);
