using PmemTyped.Mapping;
using PmemTyped.Native.Linux;

namespace PmemTyped.Sets.PoolSets;

/// <summary>Removes the files of a pool. The set file stays: it can make the pool anew. (pmempool_rm)</summary>
public static class PoolSetRemoval
{
    /// <summary>
    /// Locks all parts of all local replicas, then removes them. When one is missing or in use none is removed. Durability on
    /// return: none.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="ignoresMissing">Whether parts may be missing.</param>
    /// <returns>The files that were removed.</returns>
    /// <exception cref="PmemIOException">A part is missing, or may not be opened or removed.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemFormatException">The set has remote replicas, or its directories hold no parts.</exception>
    public static IReadOnlyList<string> Run(PoolSetFile set, bool ignoresMissing = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        List<PmemSource> locked = [];
        List<string> paths = [];
        try
        {
            foreach (string path in PoolSetFiles.LocalParts(set, newBytes: null).SelectMany(r => r).Select(p => p.Path))
            {
                if (ignoresMissing && !Path.Exists(path))
                {
                    continue;
                }

                locked.Add(PmemSource.Open(path, writable: false));
                locked[^1].LockExclusive("remove");
                paths.Add(path);
            }

            foreach (string path in paths)
            {
                Delete(path);
            }

            return paths;
        }
        finally
        {
            locked.ForEach(source => source.Dispose());
        }
    }

    // Not the source's own way, which ignores errors.
    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PmemIOException("remove", path, e is UnauthorizedAccessException ? Errno.Access : Errno.InputOutput, e.Message);
        }
    }
}
