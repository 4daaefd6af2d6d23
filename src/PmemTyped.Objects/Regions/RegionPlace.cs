using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Objects.Regions;

/// <summary>Where a region is, and who copies it: a file, or a set file without part headers that names one and its replicas.</summary>
internal sealed record RegionPlace(string Path, IReplicator? Replicator)
{
    private string SetPath { get; init; } = string.Empty;

    private long? PartBytes { get; init; }

    /// <summary>Reads a set file; any other path is the file itself.</summary>
    internal static RegionPlace Of(string path, IReplicator? replicator)
    {
        if (!PoolSetFile.IsSetFile(path))
        {
            return new RegionPlace(path, replicator);
        }

        PoolSetRemotes.RefuseBeside(path, replicator);
        PoolSetFile set = PoolSetFile.Load(path);
        PoolSetReplica[] local = [.. set.Replicas.Where(r => !r.IsRemote)];
        if (set.Options != PoolSetOptions.NoHeaders || local.Length != 1 || local[0].Parts.Count != 1)
        {
            throw new PmemFormatException(
                path,
                "set file of a region",
                0,
                "OPTION NOHDRS, one local part, and the remote replicas",
                FormattableString.Invariant($"options {set.Options}, {local.Sum(r => r.Parts.Count)} local parts"),
                "Call PersistentRegion.CreateInSet where the parts have headers; without them a region lies in one file.");
        }

        PoolSetFilePart part = local[0].Parts[0];
        return new RegionPlace(part.Path, PoolSetRemotes.Of(set)) { SetPath = path, PartBytes = part.LengthBytes };
    }

    /// <summary>Refuses another length than that of the line.</summary>
    internal RegionPlace RequireLength(long lengthBytes) => PartBytes is null || PartBytes == lengthBytes
        ? this
        : throw new ArgumentException(
            FormattableString.Invariant($"'{SetPath}' gives the region {PartBytes} bytes, not {lengthBytes}. Let both agree."),
            nameof(lengthBytes));
}
