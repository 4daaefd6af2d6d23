using System.Diagnostics.CodeAnalysis;
using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <summary>
/// From a path to an open pool: what must hold for the file before its content is looked at, and who owns the map when
/// something fails (block pool format, section 12).
/// </summary>
internal static class BlockPoolFile
{
    internal static void CheckSizes(int blockSize, long poolBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        if (BttGeometry.RoundDownToPage(poolBytes) < BttGeometry.MinPoolBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(poolBytes),
                FormattableString.Invariant(
                    $"A pool of {poolBytes} bytes is too small; the minimum is {BttGeometry.MinPoolBytes}."));
        }

        if (BttGeometry.Plan(BttGeometry.RoundDownToPage(poolBytes), blockSize) is null)
        {
            throw new ArgumentOutOfRangeException(
                nameof(blockSize),
                FormattableString.Invariant(
                    $"In a pool of {poolBytes} bytes an arena would hold fewer than 512 blocks of {blockSize}; choose smaller blocks or another pool size."));
        }
    }

    internal static void CheckApplicationArea(
        ReadOnlySpan<byte> area, int capacityBytes = BlockPool.ApplicationAreaBytes)
    {
        if (area.IsEmpty)
        {
            return;
        }

        bool fits = area.Length >= sizeof(ulong) && area.Length <= capacityBytes;
        if (!fits || BitConverter.ToUInt64(area) == 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The application area takes 8 to {capacityBytes} bytes of which the first 8 are not all zero; {area.Length} were given."),
                nameof(area));
        }
    }

    /// <summary>Maps a locked file, the incomplete last page left out.</summary>
    internal static PmemMap Map(PmemSource source, bool isWritable, bool isPrivate = false)
    {
        long fileBytes = source.GetLengthBytes();
        ExamineSize(fileBytes)?.Throw(source.Path);
        return PmemMap.Map(
            source,
            new PmemMapConfig
            {
                LengthBytes = BttGeometry.RoundDownToPage(fileBytes),
                Protection = isWritable ? MapProtection.Read | MapProtection.Write : MapProtection.Read,
                IsPrivate = isPrivate,
            });
    }

    /// <summary>What is wrong with the size of a file that should be a pool, or null.</summary>
    internal static PoolFinding? ExamineSize(long fileBytes) =>
        BttGeometry.RoundDownToPage(fileBytes) >= BttGeometry.MinPoolBytes
            ? null
            : new PoolFinding(
                PoolFindingKind.Format,
                "file size",
                0,
                FormattableString.Invariant($"at least {BttGeometry.MinPoolBytes} bytes"),
                FormattableString.Invariant($"{fileBytes}"),
                "It is not a block pool, or it was truncated.");

    /// <summary>Opens and locks a pool file that will only be looked at.</summary>
    internal static PmemSource OpenForInspection(string path, string operation)
    {
        PmemSource source = PmemSource.Open(path, writable: false);
        try
        {
            source.LockExclusive(operation);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Makes a pool in a file, and its copies elsewhere, and opens it.</summary>
    internal static BlockPool Create(
        PmemSource source,
        int blockSize,
        bool isZeroed,
        ReadOnlyMemory<byte> applicationArea,
        IReplicator? replicator = null)
    {
        source.LockExclusive("create a pool in");
        ShutdownIdentity? identity = ShutdownIdentity.Detect(source);
        PmemMap map = Map(source, isWritable: true);
        ReplicatedMap? replicated = null;
        try
        {
            RequireBlankHeader(map.DangerousGetMedium(), source.Path);
            if (!isZeroed)
            {
                // Only now is it certain that the file is to become a pool, and that nobody else has it.
                source.AllocateBlocks();
            }

            long now = source.GetChangeTimeSeconds();
            PartHeaderLayout header = BlockPoolCore<MapMedium>.NewHeader(now);
            if (replicator is not null)
            {
                replicated = ReplicatedMap.Create(map, replicator, header);
                map = replicated.Map;
            }

            BlockPoolCore<MapMedium>.Create(
                map.DangerousGetMedium(), new BlockPoolFormat(blockSize, isZeroed, now, applicationArea) { Header = header });
        }
        catch
        {
            replicated?.Undo();
            replicated?.Dispose();
            map.Dispose();
            throw;
        }

        return Open(map, source.Path, blockSize, identity, accept: null, isReadOnly: false, replicated);
    }

    /// <summary>Locks, maps and opens a pool file, and its copies elsewhere.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The map with its copies belongs to the pool, or is disposed.")]
    internal static BlockPool Open(
        string path,
        int blockSize,
        Action<BlockPoolDescription>? accept,
        PmemPlatform? platform = null,
        IReplicator? replicator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockSize);
        if (PoolSetFile.IsSetFile(path))
        {
            PoolSetRemotes.RefuseBeside(path, replicator);
            return BlockPoolSet.Open(path, blockSize, accept, platform);
        }

        using PmemSource source = PmemSource.Open(path, platform: platform);
        source.LockExclusive("open");
        CheckNoPendingRepair(path);
        ShutdownIdentity? identity = ShutdownIdentity.Detect(source);
        PmemMap map = Map(source, isWritable: true);
        if (replicator is null)
        {
            return Open(map, path, blockSize, identity, accept, isReadOnly: false);
        }

        PartHeaderLayout header = BlockPoolCore<MapMedium>.LoadHeader(map.DangerousGetMedium());
        ReplicatedMap replicated = ReplicatedMap.Open(map, replicator, header);
        return Open(replicated.Map, path, blockSize, identity, accept, isReadOnly: false, replicated);
    }

    /// <summary>
    /// Opens a pool file on private pages: what opening stores, the dirty mark and the completion of interrupted writes,
    /// stays in this process.
    /// </summary>
    internal static BlockPool OpenReadOnly(string path, int blockSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockSize);
        if (PoolSetFile.IsSetFile(path))
        {
            return BlockPoolSet.OpenReadOnly(path, blockSize);
        }

        using PmemSource source = PmemSource.Open(path, writable: false);
        source.LockShared("open");
        CheckNoPendingRepair(path);
        ShutdownIdentity? identity = ShutdownIdentity.Detect(source);
        PmemMap map = Map(source, isWritable: true, isPrivate: true);
        return Open(map, path, blockSize, identity, accept: null, isReadOnly: true);
    }

    /// <summary>
    /// A finding when PMDK began to repair bad blocks of the file and did not finish, or null. The repair leaves a file
    /// beside the pool until it is done.
    /// </summary>
    internal static PoolFinding? ExaminePendingRepair(string path) => ExaminePendingRepair(path, replica: 0, part: 0);

    /// <summary>As the other one, for one part of a set file.</summary>
    internal static PoolFinding? ExaminePendingRepair(string path, int replica, int part)
    {
        string pending = FormattableString.Invariant($"{path}_r{replica}_p{part}_badblocks.txt");
        return !File.Exists(pending)
            ? null
            : new PoolFinding(
                PoolFindingKind.Format,
                "bad block recovery file",
                0,
                "absent",
                $"'{pending}'",
                "PMDK began to repair this pool and was interrupted; let 'pmempool sync' finish first.");
    }

    private static void CheckNoPendingRepair(string path) => ExaminePendingRepair(path)?.Throw(path);

    private static void RequireBlankHeader(MapMedium medium, string path)
    {
        if (medium.Window(0, PartHeaderLayout.SizeBytes).ContainsAnyExcept((byte)0))
        {
            throw new PmemFormatException(
                path,
                "first page",
                0,
                "all zero",
                "in use",
                "It may be a pool already; open it, or clear its first 4096 bytes if its content is not needed.");
        }
    }

    /// <summary>Opens the pool in a map, which belongs to the result or is disposed.</summary>
    private static BlockPool Open(
        PmemMap map,
        string path,
        int blockSize,
        ShutdownIdentity? identity,
        Action<BlockPoolDescription>? accept,
        bool isReadOnly,
        ReplicatedMap? replicated = null)
    {
        try
        {
            MapMedium medium = map.DangerousGetMedium();
            if (accept is not null)
            {
                // What the caller looks at is sound: a growth that a crash interrupted is finished.
                BlockPoolCore<MapMedium>.FinishGrowth(medium, path, identity, isSet: false);
                accept(BlockPoolDescriber<MapMedium>.Describe(medium, path));
            }

            // A copy receives ranges, whose stores come in any order: there a line orders nothing.
            FlogEntryOrder? order = replicated is null ? null : FlogEntryOrder.ByDrain;
            var core = BlockPoolCore<MapMedium>.Open(
                medium, path, blockSize, identity, order: order, isReadOnly: isReadOnly);
            return new BlockPool(core, map, replicated: replicated);
        }
        catch
        {
            replicated?.Dispose();
            map.Dispose();
            throw;
        }
    }
}
