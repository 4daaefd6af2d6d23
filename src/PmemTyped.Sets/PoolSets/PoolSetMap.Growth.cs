using PmemTyped.Mapping;
using PmemTyped.Native.Linux;

namespace PmemTyped.Sets.PoolSets;

/// <content>More parts behind those that are there.</content>
public sealed partial class PoolSetMap
{
    /// <summary>The size that the pool would have with one more part in each replica.</summary>
    /// <param name="partBytes">Size of each new part in bytes.</param>
    public long PoolBytesWith(long partBytes)
    {
        long header = File.Options.HasFlag(PoolSetOptions.SingleHeader) ? 0 : PoolSetPartFile.HeaderBytes;
        long pages = partBytes / PoolSetPartFile.HeaderBytes * PoolSetPartFile.HeaderBytes;
        return _replicas.Min(r => r.ContentBytes) + pages - header;
    }

    /// <summary>
    /// Makes a new part for each local replica and maps it behind the others. The set is unchanged until the result is
    /// committed, and so is the pool, except that its map may be used through both meanwhile.
    /// </summary>
    /// <param name="partBytes">Size of each new part in bytes: whole pages, at least <see cref="PoolSetCreation.MinPartBytes"/>.</param>
    /// <param name="paths">Absolute paths of the new parts, one for each local replica; none for a set of directories.</param>
    /// <exception cref="ArgumentException">The size is none for a part, or there are more or fewer paths than replicas.</exception>
    /// <exception cref="NotSupportedException">The set has remote replicas.</exception>
    /// <exception cref="InvalidOperationException">The set was opened for reading, or no address space is left behind it.</exception>
    /// <exception cref="PmemIOException">A file exists already, or cannot be made: the disk is full, permission is missing.</exception>
    public PoolSetGrowth PrepareGrowth(long partBytes, IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (_remotes is not null)
        {
            throw new NotSupportedException(
                $"Cannot grow '{File.Path}': it has remote replicas, whose files would not grow with it. Open it with a set file "
                + "without them, grow it, and make the replicas anew.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(partBytes, PoolSetCreation.MinPartBytes);
        if (partBytes % PoolSetPartFile.HeaderBytes != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A part of {partBytes} bytes does not end with a page; give a multiple of 4096."), nameof(partBytes));
        }

        int expected = IsInDirectories ? 0 : _replicas.Count;
        if (paths.Count != expected)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{File.Path}' grows by {expected} named files at a time, one for each replica, and none in directories; {paths.Count} were named."),
                nameof(paths));
        }

        foreach (string path in paths.Where(Path.Exists))
        {
            throw new PmemIOException("create", path, Errno.Exists, "Growth makes its own files; move it away, or choose another path.");
        }

        if (_access != PoolSetAccess.Write || _replicas.Any(r => r.RoomBytes < partBytes))
        {
            throw new InvalidOperationException(
                $"Cannot grow '{File.Path}': it was opened for reading, its directories are declared too small, or no address "
                + "space is left behind its parts. Raise the sizes in the set file, and open it again for writing.");
        }

        return PoolSetGrowth.Prepare(this, partBytes, paths);
    }

    // The former maps stay until the end: others may still be reading through them, and they cost nothing.
    internal void Adopt(
        PoolSetFile file, PoolSetFilePart[] lines, IReadOnlyList<PmemMap> parts, PoolSetJoinedMaps joined, ShutdownIdentity? identity)
    {
        for (int r = 0; r < _replicas.Count; r++)
        {
            _replicas[r].Add(lines[r], parts[r]);
        }

        _former.Add(_joined!);
        _joined = joined;
        File = file;
        Identity = identity;
    }
}
