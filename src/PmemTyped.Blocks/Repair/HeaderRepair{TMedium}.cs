using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// Restores the pool header. Every field but the creation time is there more than once or has one possible value, and
/// the stored checksum says whether the restored header is the one that was there.
/// </summary>
internal static class HeaderRepair<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const string Structure = "pool header";
    private const ulong PoolSignature = BlockPoolCore<TMedium>.Signature;

    private static readonly PoolFeatures[] s_features =
        [PoolFeatures.Default, PoolFeatures.Checksum2K, PoolFeatures.None, PoolFeatures.ShutdownState];

    /// <summary>The change that makes the header valid, if there is one.</summary>
    internal static IEnumerable<BlockPoolChange> Find(TMedium medium)
    {
        PartHeaderLayout stored = BlockPoolCore<TMedium>.LoadHeader(medium);
        PoolFinding? finding = PartHeader.Examine(in stored, PoolSignature);
        Guid? parent = InfoRepair<TMedium>.FindAnyInfo(medium)?.ParentUuid;
        bool isTold = stored.Checksum == PartHeader.ComputeChecksum(in stored) && !IsBlank(in stored);
        bool isPool = stored.Signature == PoolSignature || parent is not null;

        // A header with the right checksum means what it says: another type, version, machine, or a part of a set.
        if (finding is null || isTold || !isPool)
        {
            return [];
        }

        foreach (PartHeaderLayout candidate in Candidates(stored, parent))
        {
            if (PartHeader.ComputeChecksum(in candidate) == stored.Checksum)
            {
                return [Change(candidate with { Checksum = stored.Checksum }, finding, "fits its checksum", isCertain: true)];
            }
        }

        PartHeaderLayout guess = Guess(stored, parent);
        guess.Checksum = PartHeader.ComputeChecksum(in guess);
        string from = parent is null ? "its own fields" : "the info block of an arena and its own fields";
        return [Change(guess, finding, $"made of {from}, with a new checksum", isCertain: false)];
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

    private static IEnumerable<PartHeaderLayout> Candidates(PartHeaderLayout stored, Guid? parent)
    {
        foreach (Guid pool in new HashSet<Guid> { parent ?? stored.PoolSetUuid, stored.PoolSetUuid })
        {
            foreach (PoolFeatures features in s_features)
            {
                foreach (uint compat in (uint[])[PartHeader.CheckBadBlocks, 0])
                {
                    yield return Canonical(stored, pool, features, compat, AgreedPart(stored) ?? stored.PartUuid);
                }
            }
        }
    }

    private static PartHeaderLayout Guess(PartHeaderLayout stored, Guid? parent)
    {
        bool isKnown = s_features.Contains((PoolFeatures)stored.Incompat) && stored.Compat <= PartHeader.CheckBadBlocks;
        return Canonical(
            stored,
            parent ?? stored.PoolSetUuid,
            isKnown ? (PoolFeatures)stored.Incompat : PoolFeatures.Default,
            isKnown ? stored.Compat : PartHeader.CheckBadBlocks,
            AgreedPart(stored) ?? Guid.NewGuid());
    }

    private static PartHeaderLayout Canonical(
        PartHeaderLayout stored, Guid pool, PoolFeatures features, uint compat, Guid part)
    {
        bool keepsState = features.HasFlag(PoolFeatures.ShutdownState);
        PartHeaderLayout header = PartHeader.ForSinglePart(
            PoolSignature,
            features,
            stored.CreationTimeSeconds,
            pool,
            part,
            keepsState ? stored.ShutdownState : default);
        header.Compat = compat;
        return header;
    }

    // The part's identity stands in the header five times.
    private static Guid? AgreedPart(PartHeaderLayout header)
    {
        Guid[] copies =
        [
            header.PartUuid,
            header.PreviousPartUuid,
            header.NextPartUuid,
            header.PreviousReplicaUuid,
            header.NextReplicaUuid,
        ];
        IGrouping<Guid, Guid> most = copies.GroupBy(c => c).MaxBy(g => g.Count())!;
        return most.Count() > 1 && most.Key != Guid.Empty ? most.Key : null;
    }

    private static bool IsBlank(in PartHeaderLayout header) =>
        !Blittable.AsBytes(in header).ContainsAnyExcept((byte)0);

    private static BlockPoolChange Change(PartHeaderLayout header, PoolFinding finding, string why, bool isCertain) =>
        BlockPoolChange.Of(
            Structure, 0, Blittable.AsBytes(in header).ToArray(), $"{finding.Structure} {finding.Found}", why, isCertain);
}
