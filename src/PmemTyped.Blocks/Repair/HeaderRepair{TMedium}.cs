using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// Restores the pool header; what it is restored from, says <see cref="PartHeaderRepair"/>.
/// </summary>
internal static class HeaderRepair<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const ulong PoolSignature = BlockPoolCore<TMedium>.Signature;

    /// <summary>The change that makes the header valid, if there is one.</summary>
    internal static IEnumerable<BlockPoolChange> Find(TMedium medium)
    {
        PartHeaderLayout stored = BlockPoolCore<TMedium>.LoadHeader(medium);
        PoolFinding? finding = PartHeader.Examine(in stored, PoolSignature);
        if (finding is null)
        {
            return [];
        }

        Guid? parent = InfoRepair<TMedium>.FindAnyInfo(medium)?.ParentUuid;
        var repair = new PartHeaderRepair([[stored]], PoolSignature, isSingleHeader: false, parent);
        if (repair.Restore(replica: 0, part: 0, guesses: true, out bool isCertain) is not { } header)
        {
            return [];
        }

        string from = parent is null ? "its own fields" : "the info block of an arena and its own fields";
        return
        [
            BlockPoolChange.Of(
                "pool header",
                0,
                Blittable.AsBytes(in header).ToArray(),
                $"{finding.Structure} {finding.Found}",
                isCertain ? "fits its checksum" : $"made of {from}, with a new checksum",
                isCertain),
        ];
    }

    /// <summary>The change that makes the shutdown state acceptable, if there is one.</summary>
    internal static IEnumerable<BlockPoolChange> FindShutdownState(TMedium medium, ShutdownIdentity? current)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        bool isUsed = ((PoolFeatures)header.Incompat).HasFlag(PoolFeatures.ShutdownState);
        ShutdownStateLayout state = header.ShutdownState;
        PoolFinding? failure = ShutdownState.Examine(in header, current);
        bool isLeftOver = !isUsed && Blittable.AsBytes(in state).ContainsAnyExcept((byte)0);
        if (!isLeftOver && failure is not { Kind: PoolFindingKind.Corruption })
        {
            return [];
        }

        PartHeaderLayout cleared = header with { ShutdownState = default };
        cleared.Checksum = PartHeader.ComputeChecksum(in cleared);
        return
        [
            BlockPoolChange.Of(
                "shutdown state",
                PartHeaderLayout.ShutdownStateOffset,
                Blittable.AsBytes(in cleared)[PartHeaderLayout.ShutdownStateOffset..].ToArray(),
                isLeftOver ? "in use although the feature is off" : failure!.Found,
                isLeftOver
                    ? "zeros, as without the feature"
                    : "zeros: a loss of stored data at that power failure is accepted",
                isCertain: isLeftOver),
        ];
    }
}
