using PmemTyped.Native;
using PmemTyped.Replication.Generations;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Target;

/// <summary>A set file, and the paths of its files beneath the configured directories: the only ones by which they are used.</summary>
/// <param name="Set">What the set file says.</param>
/// <param name="File">Where it is.</param>
/// <param name="Parts">Where the parts are, in order.</param>
internal sealed record TargetSet(PoolSetFile Set, FilePath File, IReadOnlyList<FilePath> Parts)
{
    internal IReadOnlyList<PoolSetFilePart> Lines => Set.Replicas[0].Parts;

    /// <summary>Gets what the side files lie beside.</summary>
    internal FilePath Place => MetadataFile.PlaceOf(Set) == Set.Path ? File : Parts[0];
}
