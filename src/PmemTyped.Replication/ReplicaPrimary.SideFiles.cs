using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication;

/// <content>The files that lie beside a pool for its replicas.</content>
public sealed partial class ReplicaPrimary
{
    /// <summary>
    /// Lists what lies beside a pool on this machine for its replicas: its history, and what each replica missed. Whoever removes
    /// the pool removes them too, afterwards; beside a new pool of that name they would tell of the old one. Reads only.
    /// </summary>
    /// <param name="pool">Path of the pool, or of its set file; it may be missing.</param>
    /// <returns>Paths of files that are there and begin as ours do.</returns>
    /// <exception cref="PmemException">The set file is wrong.</exception>
    public static IReadOnlyList<string> SideFilesOf(string pool)
    {
        ArgumentException.ThrowIfNullOrEmpty(pool);
        FilePath place = PoolSetFile.IsSetFile(pool)
            ? MetadataFile.PlaceOf(PoolSetFile.Load(pool, PoolSetReading.Compatible))
            : pool;
        List<string> found = [.. MissedRegionFile.Existing(place).Select(n => MissedRegionFile.PathOf(place, n).Text)];
        if (MetadataFile.IsOne(place))
        {
            found.Insert(0, place.WithSuffix(MetadataFile.Suffix).Text);
        }

        return found;
    }
}
