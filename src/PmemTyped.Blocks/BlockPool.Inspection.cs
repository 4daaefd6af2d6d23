using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <content>Pools that are only looked at.</content>
public sealed partial class BlockPool
{
    /// <summary>Checks a pool file that nobody has open. Changes no byte. (pmemblk_check and pmempool check)</summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1, while it runs; null for none.</param>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    public static BlockPoolReport Check(string path, IProgress<double>? progress = null)
    {
        if (PoolSetFile.IsSetFile(path))
        {
            return BlockPoolSet.Check(path, progress);
        }

        using PmemSource source = BlockPoolFile.OpenForInspection(path, "check");
        if (BlockPoolFile.ExamineSize(source.GetLengthBytes()) is { } finding)
        {
            return new BlockPoolReport(path, false, 0, [finding], 1);
        }

        ShutdownIdentity? identity = ShutdownIdentity.Detect(source);
        using PmemMap map = BlockPoolFile.Map(source, isWritable: false);
        return BlockPoolChecker<MapMedium>.Check(
            map.DangerousGetMedium(), path, identity, BlockPoolFile.ExaminePendingRepair(path), progress);
    }

    /// <summary>Describes a pool file that nobody has open. Changes no byte. (pmempool info)</summary>
    /// <param name="path">Path of the pool file.</param>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFormatException">No block pool.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    public static BlockPoolDescription Describe(string path)
    {
        if (PoolSetFile.IsSetFile(path))
        {
            return BlockPoolSet.Describe(path);
        }

        using PmemSource source = BlockPoolFile.OpenForInspection(path, "describe");
        using PmemMap map = BlockPoolFile.Map(source, isWritable: false);
        return BlockPoolDescriber<MapMedium>.Describe(map.DangerousGetMedium(), path);
    }
}
