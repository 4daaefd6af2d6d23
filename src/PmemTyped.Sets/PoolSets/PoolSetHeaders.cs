using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>Makes and compares the headers of all parts of a set (sets specification, sections 21 and 22).</summary>
internal static class PoolSetHeaders
{
    private const long PoolSetOffset = 24;
    private const long PreviousPartOffset = 56;
    private const long NextPartOffset = 72;
    private const long PreviousReplicaOffset = 88;
    private const long NextReplicaOffset = 104;
    private const long IncompatOffset = 16;

    /// <summary>New headers, by replica and part; only of those that have one.</summary>
    internal static PartHeaderLayout[][] New(
        PoolSetFiles files, ulong signature, long creationTimeSeconds)
    {
        Guid poolSet = Guid.NewGuid();
        Guid[][] ids = [.. files.Replicas.Select(r => r.Where(p => p.HasHeader).Select(_ => Guid.NewGuid()).ToArray())];
        PoolFeatures features = PoolFeatures.Default | (files.IsSingleHeader ? PoolFeatures.SingleHeader : PoolFeatures.None);
        return [.. ids.Select((own, r) => own.Select((_, p) => PartHeader.ForPart(
            signature, features, creationTimeSeconds, poolSet, LinksOf(ids, r, p), default)).ToArray())];
    }

    internal static PartLinks LinksOf(Guid[][] ids, int replica, int part)
    {
        Guid[] own = ids[replica];
        return new PartLinks(
            own[part],
            own[(part + own.Length - 1) % own.Length],
            own[(part + 1) % own.Length],
            ids[(replica + ids.Length - 1) % ids.Length][0],
            ids[(replica + 1) % ids.Length][0]);
    }

    /// <summary>The first thing that is wrong with a header among the others, rows 2 to 12; null for nothing.</summary>
    internal static PoolFinding? Examine(
        PartHeaderLayout[][] headers, int replica, int part, ulong signature, bool isSingleHeader)
    {
        PartHeaderLayout header = headers[replica][part];
        if (PartHeader.Examine(in header, signature, isPartOfSet: true) is { } finding)
        {
            return finding;
        }

        PartHeaderLayout first = headers[0][0];
        if (header.PoolSetUuid != first.PoolSetUuid)
        {
            return Differs(
                "pool set uuid", PoolSetOffset, $"{first.PoolSetUuid}, that of the first part", $"{header.PoolSetUuid}",
                "The part belongs to another pool; check the set file.");
        }

        Guid[][] ids = [.. headers.Select(r => r.Select(h => h.PartUuid).ToArray())];
        PartLinks links = LinksOf(ids, replica, part);
        PartHeaderLayout ofReplica = headers[replica][0];
        bool hasSingle = (header.Incompat & (uint)PoolFeatures.SingleHeader) != 0;
        return Link("previous part", PreviousPartOffset, links.PreviousPart, header.PreviousPartUuid, ids)
            ?? Link("next part", NextPartOffset, links.NextPart, header.NextPartUuid, ids)
            ?? (header.Major == ofReplica.Major && header.Incompat == ofReplica.Incompat
                && header.Compat == ofReplica.Compat && header.ReadOnlyCompat == ofReplica.ReadOnlyCompat
                ? null
                : Differs("features", IncompatOffset, $"0x{ofReplica.Incompat:X}, those of the first part", $"0x{header.Incompat:X}",
                    "The parts were not made together; restore the one that differs."))
            ?? (hasSingle == isSingleHeader
                ? null
                : Differs("SINGLEHDR feature", IncompatOffset, isSingleHeader ? "set, as in the set file" : "clear, as in the set file",
                    hasSingle ? "set" : "clear", "Correct the OPTION line of the set file."))
            ?? Link("previous replica", PreviousReplicaOffset, links.PreviousReplica, header.PreviousReplicaUuid, ids)
            ?? Link("next replica", NextReplicaOffset, links.NextReplica, header.NextReplicaUuid, ids);
    }

    private static PoolFinding? Link(string what, long offset, Guid expected, Guid found, Guid[][] ids)
    {
        if (found == expected)
        {
            return null;
        }

        // A part that is in the set, only elsewhere, was put into the wrong line; any other is not in the set at all.
        (int Replica, int Part)? elsewhere = ids
            .SelectMany((r, i) => r.Select((id, p) => (Id: id, Place: (i, p))))
            .Where(x => x.Id == found)
            .Select(x => ((int, int)?)x.Place)
            .FirstOrDefault();
        return Differs(
            $"link to the {what}",
            offset,
            $"{expected}",
            elsewhere is { } place
                ? FormattableString.Invariant($"{found}, which is replica {place.Replica}, part {place.Part}")
                : $"{found}, which is in no line of the set file",
            elsewhere is null ? "A part or replica is missing, or was replaced." : "Lines of the set file are swapped; restore their order.");
    }

    private static PoolFinding Differs(string structure, long offset, string expected, string found, string nextStep) =>
        new(PoolFindingKind.Format, structure, offset, expected, found, nextStep);
}
