using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Replication.Generations;

/// <summary>Files by paths that may lie beneath a directory, where the framework's own calls would follow links.</summary>
internal static class FileEntry
{
    /// <summary>Whether there is a file. What cannot be looked at counts, so that opening it says why.</summary>
    internal static bool Exists(FilePath path) => path.GetStatus(out FileStatus status) switch
    {
        Errno.None => !status.IsDirectory,
        Errno.NoEntry or Errno.NotADirectory => false,
        _ => true,
    };

    internal static bool IsDirectory(FilePath path) => path.GetStatus(out FileStatus status) == Errno.None && status.IsDirectory;

    /// <summary>Removes a file that may not be there.</summary>
    /// <exception cref="PmemIOException">It cannot be removed.</exception>
    internal static void Remove(FilePath path)
    {
        int error = path.Unlink();
        ThrowIf(error == Errno.NoEntry ? Errno.None : error, "remove", path);
    }

    /// <summary>Gives a file the name of another one, at once; durable when its directory is synced.</summary>
    /// <exception cref="PmemIOException">It cannot be renamed; both are as before.</exception>
    internal static void Replace(FilePath draft, FilePath path) => ThrowIf(draft.Rename(path), "replace", path);

    private static void ThrowIf(int error, string operation, FilePath path)
    {
        if (error != Errno.None)
        {
            throw new PmemIOException(operation, path.Text, error, "Its directory must be writable, and no symbolic link below a directory of a target.");
        }
    }
}
