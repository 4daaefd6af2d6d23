using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <summary>
/// Changes the feature words of pools that nobody has open (block pool format, sections 3.1 and 15). Threads: safe; the files
/// are locked for as long as a call runs.
/// </summary>
public static class BlockPoolFeatures
{
    /// <summary>
    /// Sets the features of a pool, for example those of a new one in a pool of PMDK before 1.4. Persisted on return. A crash
    /// in the middle leaves the old or the new features, or a header that <see cref="BlockPoolRepairer.Repair"/> restores
    /// to one of them with certainty. In a set all parts of all local replicas get them, that of the very first part first: what
    /// it says, a repair gives the others, and so does the same call again. (pmempool feature)
    /// </summary>
    /// <param name="path">Path of the pool file or pool set file.</param>
    /// <param name="features">Incompat features; SHUTDOWN_STATE needs CKSUM_2K, SINGLEHDR stays as it is in a set.</param>
    /// <param name="checksBadBlocks">The compat feature CHECK_BAD_BLOCKS.</param>
    /// <returns>Whether anything was changed.</returns>
    /// <exception cref="ArgumentException">No pool may have these features.</exception>
    /// <exception cref="NotSupportedException">The pool has features that this version does not know.</exception>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFormatException">No block pool.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    public static bool Set(string path, PoolFeatures features, bool checksBadBlocks)
    {
        bool isSet = PoolSetFile.IsSetFile(path);
        CheckCombination(isSet ? features & ~PoolFeatures.SingleHeader : features);
        if (isSet)
        {
            return BlockPoolSet.SetFeatures(path, features & ~PoolFeatures.SingleHeader, checksBadBlocks);
        }

        using PmemSource source = PmemSource.Open(path);
        source.LockExclusive("change the features of");
        using PmemMap map = BlockPoolFile.Map(source, isWritable: true);
        MapMedium medium = map.DangerousGetMedium();
        RequireSound(medium, path, ShutdownIdentity.Detect(source));
        return Set(medium, features, checksBadBlocks);
    }

    /// <summary>Sets the features. Persisted on return.</summary>
    internal static bool Set<TMedium>(TMedium medium, PoolFeatures features, bool checksBadBlocks)
        where TMedium : struct, IPmemMedium
    {
        PartHeaderLayout stored = BlockPoolCore<TMedium>.LoadHeader(medium);
        PartHeaderLayout header = stored with
        {
            Compat = checksBadBlocks ? PartHeader.CheckBadBlocks : 0,
            Incompat = (uint)features,
        };
        if (header.Compat == stored.Compat && header.Incompat == stored.Incompat)
        {
            return false;
        }

        if (!features.HasFlag(PoolFeatures.ShutdownState))
        {
            header.ShutdownState = default;
        }

        header.Checksum = PartHeader.ComputeChecksum(in header);
        medium.Store(0, Blittable.AsBytes(in header));

        // P5: crash before here: old or new words under an old or new checksum, of which one pair fits.
        medium.Persist(0, PartHeaderLayout.SizeBytes, PoolOrdering.P5);
        return true;
    }

    internal static void RequireSound(MapMedium medium, string path, ShutdownIdentity? identity, bool isSet = false)
    {
        BlockPoolDescription pool = BlockPoolDescriber<MapMedium>.Describe(medium, path, isSet);
        PartHeaderLayout header = BlockPoolCore<MapMedium>.LoadHeader(medium);
        ShutdownState.Examine(in header, identity)?.Throw(path);
        if (pool.ReadOnlyCompatFeatures != 0 || pool.CompatFeatures > PartHeader.CheckBadBlocks)
        {
            throw new NotSupportedException(
                $"Cannot change the features of '{path}': its header has features that this version does not know. "
                + "Use a version that knows them.");
        }
    }

    private static void CheckCombination(PoolFeatures features)
    {
        bool isKnown = (features & ~PoolFeatures.Default) == 0;
        bool isWhole = !features.HasFlag(PoolFeatures.ShutdownState) || features.HasFlag(PoolFeatures.Checksum2K);
        if (!isKnown || !isWhole)
        {
            throw new ArgumentException(
                $"No block pool in one file can have the features {features}: "
                + "SHUTDOWN_STATE needs CKSUM_2K, and SINGLEHDR is for pool sets.",
                nameof(features));
        }
    }
}
