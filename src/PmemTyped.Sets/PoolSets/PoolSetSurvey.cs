using PmemTyped.Native.Linux;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// The state of every part of every replica, as far as each part alone tells, and the first replica that is whole. All files
/// that can be opened are locked until it is disposed.
/// </summary>
internal sealed class PoolSetSurvey : IDisposable
{
    private PoolSetSurvey(PoolSetFile set, ulong signature)
    {
        Set = set;
        Signature = signature;
        Lines = PoolSetFiles.LocalParts(set, newBytes: null);
        Files = [.. Lines.Select(r => new PoolSetPartFile?[r.Count])];
        Headers = [.. Lines.Select(r => new PartHeaderLayout?[r.Count])];
    }

    internal PoolSetFile Set { get; }

    internal ulong Signature { get; }

    internal IReadOnlyList<IReadOnlyList<PoolSetFilePart>> Lines { get; }

    internal PoolSetPartFile?[][] Files { get; }

    /// <summary>Gets the sound headers, null for others and for parts without one.</summary>
    internal PartHeaderLayout?[][] Headers { get; }

    internal List<PoolSetDefect> Defects { get; } = [];

    internal bool IsSingleHeader => Set.Options.HasFlag(PoolSetOptions.SingleHeader);

    internal int Source { get; private set; }

    internal static PoolSetSurvey Of(PoolSetFile set, ulong signature)
    {
        var survey = new PoolSetSurvey(set, signature);
        try
        {
            PoolSetConversion.RefuseUnfinished(survey.Lines);
            survey.LookAtParts();
            survey.ChooseSource();
            survey.LookAtLinks();
            return survey;
        }
        catch
        {
            survey.Dispose();
            throw;
        }
    }

    internal bool HasHeader(int part) => part == 0 || !IsSingleHeader;

    internal bool IsBroken(int replica) => Defects.Any(d => d.Replica == replica && d.Kind < PoolSetDefectKind.StaleLinks);

    public void Dispose()
    {
        foreach (PoolSetPartFile? file in Files.SelectMany(r => r))
        {
            file?.Dispose();
        }
    }

    private void LookAtParts()
    {
        for (int r = 0; r < Lines.Count; r++)
        {
            for (int p = 0; p < Lines[r].Count; p++)
            {
                LookAtPart(r, p);
            }

            // Without a header of its own nothing tells that a later part is being copied, so the first one has to.
            if (IsSingleHeader && IsBroken(r) && !Defects.Any(d => d.Replica == r && d.Part == 0))
            {
                Headers[r][0] = null;
                Add(r, 0, PoolSetDefectKind.Damaged, "the only header of a replica with a broken part");
            }
        }
    }

    private void LookAtPart(int replica, int part)
    {
        try
        {
            Files[replica][part] = PoolSetPartFile.Open(
                Lines[replica][part], replica, part, HasHeader(part), isWritable: true, platform: null);
        }
        catch (PmemIOException e) when (e.ErrorNumber == Errno.NoEntry)
        {
            Add(replica, part, PoolSetDefectKind.Missing, "no file");
            return;
        }
        catch (PmemFormatException e)
        {
            Add(replica, part, PoolSetDefectKind.Resized, $"{e.Found} bytes");
            return;
        }

        if (!HasHeader(part))
        {
            return;
        }

        PartHeaderLayout header = Files[replica][part]!.ReadHeader();
        _ = PoolMark.Without(in header, PoolFeatures.Growing, out bool isGrowing);
        if (isGrowing)
        {
            throw Refused("a pool that is not growing", "an interrupted growth", "Open the pool for writing once, which finishes it.");
        }

        if (PartHeader.Examine(in header, Signature, isPartOfSet: true) is { } finding)
        {
            Add(replica, part, PoolSetDefectKind.Damaged, $"{finding.Structure} {finding.Found}");
            return;
        }

        bool isSingle = (header.Incompat & (uint)PoolFeatures.SingleHeader) != 0;
        if (isSingle != IsSingleHeader)
        {
            // With the other option the bytes of later parts lie elsewhere; a copy would mix them up.
            throw Refused(
                isSingle ? "OPTION SINGLEHDR, as in the headers of the parts" : "no OPTION SINGLEHDR, as in the headers of the parts",
                isSingle ? "none" : "OPTION SINGLEHDR",
                "Correct the OPTION line of the set file.");
        }

        Headers[replica][part] = header;
    }

    private void ChooseSource()
    {
        Guid[] pools = [.. Headers.SelectMany(r => r).OfType<PartHeaderLayout>().Select(h => h.PoolSetUuid).Distinct()];
        if (pools.Length > 1)
        {
            throw Refused("parts of one pool", $"parts of {pools.Length} pools", "Remove the foreign files from the set file, or move them away.");
        }

        Source = Enumerable.Range(0, Lines.Count).Select(r => (int?)r).FirstOrDefault(r => !IsBroken(r!.Value))
            ?? throw Refused("at least one sound replica", "none", "Restore one replica from a copy.");
        for (int r = 0; r < Lines.Count; r++)
        {
            RequireOrder(r);
        }
    }

    // Parts that are sound and stand in the wrong lines must not be taken for a replica.
    private void RequireOrder(int replica)
    {
        PartHeaderLayout?[] headers = HasHeader(1) ? Headers[replica] : Headers[replica][..1];
        for (int p = 0; p < headers.Length; p++)
        {
            int next = (p + 1) % headers.Length;
            if (headers[p] is { } header && headers[next] is { } after
                && (header.NextPartUuid != after.PartUuid || after.PreviousPartUuid != header.PartUuid))
            {
                throw Refused(
                    FormattableString.Invariant($"'{Lines[replica][next].Path}' linked after '{Lines[replica][p].Path}'"),
                    "other links",
                    "Lines are swapped, or a part belongs to another replica; correct the set file.");
            }
        }
    }

    private void LookAtLinks()
    {
        Guid[][] ids = PoolSetRepairHeaders.Identities(this);
        for (int r = 0; r < Lines.Count; r++)
        {
            for (int p = 0; p < ids[r].Length; p++)
            {
                PartLinks links = PoolSetHeaders.LinksOf(ids, r, p);
                if (Headers[r][p] is { } header
                    && (header.PreviousReplicaUuid != links.PreviousReplica || header.NextReplicaUuid != links.NextReplica))
                {
                    Add(r, p, PoolSetDefectKind.StaleLinks, "links to other replicas");
                }
            }
        }
    }

    private void Add(int replica, int part, PoolSetDefectKind kind, string found) =>
        Defects.Add(new PoolSetDefect(replica, part, Lines[replica][part].Path, kind, found));

    private PmemFormatException Refused(string expected, string found, string nextStep) =>
        new(Set.Path, "set file", 0, expected, found, nextStep);
}
