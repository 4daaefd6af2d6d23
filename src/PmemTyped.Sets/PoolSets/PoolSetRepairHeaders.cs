using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Headers for parts that are made anew: identities are recovered from the links of sound neighbours, so that sound headers
/// need not change (sets specification, section 24.1).
/// </summary>
internal static class PoolSetRepairHeaders
{
    /// <summary>The identity of every part with a header: its own, what neighbours call it, or a new one.</summary>
    internal static Guid[][] Identities(PoolSetSurvey survey)
    {
        Guid[][] ids = [.. survey.Lines.Select((r, i) => new Guid[survey.IsSingleHeader ? 1 : r.Count])];
        for (int r = 0; r < ids.Length; r++)
        {
            for (int p = 0; p < ids[r].Length; p++)
            {
                ids[r][p] = survey.Headers[r][p]?.PartUuid ?? FromNeighbours(survey, r, p, ids[r].Length) ?? Guid.NewGuid();
            }
        }

        return ids;
    }

    /// <summary>The header that a part should have: the fields of the source replica, its own identity and links.</summary>
    internal static PartHeaderLayout Header(PoolSetSurvey survey, Guid[][] ids, int replica, int part)
    {
        PartHeaderLayout model = survey.Headers[survey.Source][0]!.Value;
        PartHeaderLayout header = survey.Headers[replica][part] ?? model;
        bool isNew = survey.Headers[replica][part] is null;
        PartLinks links = PoolSetHeaders.LinksOf(ids, replica, part);
        header.PartUuid = links.Part;
        header.PreviousPartUuid = links.PreviousPart;
        header.NextPartUuid = links.NextPart;
        header.PreviousReplicaUuid = links.PreviousReplica;
        header.NextReplicaUuid = links.NextReplica;
        header.CreationTimeSeconds = isNew ? DateTimeOffset.UtcNow.ToUnixTimeSeconds() : header.CreationTimeSeconds;
        header.ShutdownState = part == 0 ? model.ShutdownState : default;
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }

    private static Guid? FromNeighbours(PoolSetSurvey survey, int replica, int part, int parts)
    {
        PartHeaderLayout?[] own = survey.Headers[replica];
        Guid? called = own[(part + parts - 1) % parts]?.NextPartUuid ?? own[(part + 1) % parts]?.PreviousPartUuid;
        if (called is not null || part > 0)
        {
            return called;
        }

        // The first part of a replica is what every header of the replicas beside it links to. A link may also be that of a
        // replica which is no longer, or not yet, in the set file; then it is somebody else's.
        int count = survey.Headers.Length;
        Guid? linked = survey.Headers[(replica + count - 1) % count].FirstOrDefault(h => h is not null)?.NextReplicaUuid
            ?? survey.Headers[(replica + 1) % count].FirstOrDefault(h => h is not null)?.PreviousReplicaUuid;
        return linked is { } id && !survey.Headers.SelectMany(r => r).Any(h => h?.PartUuid == id) ? id : null;
    }
}
