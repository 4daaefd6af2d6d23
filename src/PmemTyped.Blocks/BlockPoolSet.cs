using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <summary>
/// Block pools that a set file names: several parts seen as one map, and mirrors behind it (sets specification, part II). The
/// bytes of a set without replicas are those of libpmemblk, which knows no replicas of block pools.
/// </summary>
internal static class BlockPoolSet
{
    internal static BlockPool Create(string path, int blockSize, BlockPoolOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        BlockPoolFile.CheckApplicationArea(options.ApplicationArea.Span);
        PoolSetRemotes.RefuseBeside(path, options.Replicator);
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        PoolSetMap set = PoolSetMap.Create(
            Load(path),
            BlockPoolCore<MapMedium>.Signature,
            (map, header, isZeroed) =>
            {
                BlockPoolFile.CheckSizes(blockSize, map.LengthBytes);
                BlockPoolCore<MapMedium>.Create(
                    map.DangerousGetMedium(),
                    new BlockPoolFormat(blockSize, isZeroed, now, options.ApplicationArea) { Header = header });
            },
            new PoolSetCreation
            {
                MinPoolBytes = BttGeometry.MinPoolBytes,
                TimeSeconds = now,
                Mode = options.Mode,
                IsSparse = options.IsSparse,
            });
        return Open(set, path, blockSize, accept: null, isReadOnly: false);
    }

    internal static BlockPool Open(
        string path, int blockSize, Action<BlockPoolDescription>? accept, PmemPlatform? platform)
    {
        PoolSetFile file = Load(path);
        return Open(
            PoolSetMap.Open(file, BlockPoolCore<MapMedium>.Signature, PoolSetAccess.Write, platform),
            path,
            blockSize,
            accept,
            isReadOnly: false);
    }

    internal static BlockPool OpenReadOnly(string path, int blockSize) =>
        Open(OpenPrivate(path), path, blockSize, accept: null, isReadOnly: true);

    internal static BlockPoolReport Check(string path, IProgress<double>? progress)
    {
        try
        {
            using PoolSetMap set = OpenPrivate(path);
            return BlockPoolChecker<MapMedium>.Check(
                set.Map.DangerousGetMedium(), path, set.Identity, known: null, progress, isSet: true);
        }
        catch (Exception e) when (e is PmemFormatException or PmemCorruptionException)
        {
            return Beyond(path, e);
        }
    }

    /// <summary>The report of a set that cannot be looked into.</summary>
    internal static BlockPoolReport Beyond(string path, Exception refusal) => new(path, false, 0, [FindingOf(refusal)], 1);

    internal static BlockPoolDescription Describe(string path)
    {
        using PoolSetMap set = OpenPrivate(path);
        return BlockPoolDescriber<MapMedium>.Describe(set.Map.DangerousGetMedium(), path, isSet: true);
    }

    private static PoolSetMap OpenPrivate(string path) =>
        PoolSetMap.Open(Load(path), BlockPoolCore<MapMedium>.Signature, PoolSetAccess.Private);

    /// <summary>Sets the features of all parts. Persisted on return.</summary>
    internal static bool SetFeatures(string path, PoolFeatures features, bool checksBadBlocks)
    {
        using PoolSetRepair set = PoolSetRepair.Open(Load(path), BlockPoolCore<MapMedium>.Signature, isWritable: true);

        // What an interrupted change of features left: its end begins with headers that agree.
        _ = set.Restore(pool: null, guesses: false);
        if (set.Findings.Count > 0)
        {
            set.Findings[0].Throw(path);
        }

        using (PoolSetMap map = set.MapPrivate(0))
        {
            BlockPoolFeatures.RequireSound(map.Map.DangerousGetMedium(), path, map.Identity, isSet: true);
        }

        bool isChanged = set.SetFeatures(features, checksBadBlocks);
        set.WriteHeaders();
        return isChanged;
    }

    // What is a pool for PMDK is one here, so accidents keep the meaning that they had when the pool was made.
    internal static PoolSetFile Load(string path)
    {
        PoolSetFile file = PoolSetFile.Load(path, PoolSetReading.Compatible);
        for (int r = 0; r < file.Replicas.Count; r++)
        {
            for (int p = 0; p < file.Replicas[r].Parts.Count; p++)
            {
                BlockPoolFile.ExaminePendingRepair(path, r, p)?.Throw(path);
            }
        }

        return file;
    }

    /// <summary>Opens the pool in a set, which belongs to the result or is disposed.</summary>
    private static BlockPool Open(
        PoolSetMap set, string path, int blockSize, Action<BlockPoolDescription>? accept, bool isReadOnly)
    {
        try
        {
            if (set.Map.LengthBytes < BttGeometry.MinPoolBytes)
            {
                BlockPoolFile.ExamineSize(set.Map.LengthBytes)!.Throw(path);
            }

            MapMedium medium = set.Map.DangerousGetMedium();
            if (accept is not null)
            {
                // What the caller looks at is sound: a growth that a crash interrupted is finished.
                BlockPoolCore<MapMedium>.FinishGrowth(medium, path, set.Identity, isSet: true);
                accept(BlockPoolDescriber<MapMedium>.Describe(medium, path, isSet: true));
            }

            // A mirror receives copies, whose stores come in any order: there a line orders nothing.
            FlogEntryOrder? order = set.HasCopies ? FlogEntryOrder.ByDrain : null;
            var core = BlockPoolCore<MapMedium>.Open(
                medium, path, blockSize, set.Identity, order: order, isReadOnly: isReadOnly, isSet: true);
            return new BlockPool(core, set.Map, set);
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private static PoolFinding FindingOf(Exception refusal) => refusal switch
    {
        PmemFormatException f => new PoolFinding(
            PoolFindingKind.Format, $"'{f.Path}', {f.Structure}", f.Offset, f.Expected, f.Found, f.Message),
        PmemCorruptionException c => new PoolFinding(
            PoolFindingKind.Corruption, $"'{c.Path}', {c.Structure}", c.Offset, c.Expected, c.Found, c.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };
}
