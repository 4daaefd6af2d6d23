using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool;

/// <summary>Removes a pool that nobody has open: its file, or the parts that its set file names, and what lies beside for replicas.</summary>
internal static class PoolRemoval
{
    /// <summary>Removes the file; of a set the parts.</summary>
    /// <param name="path">The file, or the set file.</param>
    /// <param name="ignoresMissing">Whether parts of a set may be missing.</param>
    /// <param name="removesSetFile">Whether the set file goes too.</param>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PoolSetFileException">The set file cannot be used.</exception>
    internal static void Remove(string path, bool ignoresMissing = false, bool removesSetFile = false)
    {
        // Where they lie is known as long as the pool is there.
        IReadOnlyList<string> beside = ReplicaPrimary.SideFilesOf(path);
        RemovePool(path, ignoresMissing);
        foreach (string file in beside)
        {
            File.Delete(file);
        }

        if (removesSetFile && PoolSetFile.IsSetFile(path))
        {
            File.Delete(path);
        }
    }

    private static void RemovePool(string path, bool ignoresMissing)
    {
        if (PoolSetFile.IsSetFile(path))
        {
            _ = PoolSetRemoval.Run(PoolSetFile.Load(path, PoolSetReading.Compatible), ignoresMissing);
            return;
        }

        using PmemSource source = PmemSource.Open(path, writable: false);
        source.LockExclusive("remove");

        // Not the source's own way, which ignores errors.
        File.Delete(path);
    }
}
