using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Sets or clears SINGLEHDR, which moves the bytes of all later parts. The new parts are written as drafts beside the old ones.
/// When all are durable, that of the very first part takes its place, marked as <see cref="PoolFeatures.Transforming"/>; before
/// that the old set is whole, from then on the rest is only renamed, and the mark goes last. While it is there the pool is
/// refused by everybody. (sets specification, section 24.2)
/// </summary>
internal static class PoolSetConversion
{
    /// <summary>What the name of a draft ends with.</summary>
    internal const string DraftSuffix = ".transforming";

    private const PoolFeatures Mark = PoolFeatures.Transforming;
    private const int ChunkBytes = 1 << 20;
    private const double CopyShare = 0.9;

    /// <summary>Refuses sets that differ in more than the option and the sizes of files.</summary>
    internal static void RequireSameParts(PoolSetFile from, PoolSetFile to)
    {
        IEnumerable<string> Names(PoolSetFile set) => set.Replicas.Select(
            r => $"{r.Node} {r.Descriptor} {string.Join('\n', r.Parts.Select(p => p.Path))}");
        if (!Names(from).SequenceEqual(Names(to)))
        {
            throw PoolSetTransform.Refused(
                to.Path, "the same files in the same order, because the option SINGLEHDR changes", "others",
                "Change the option and the replicas in two steps.");
        }
    }

    /// <summary>Whether a crash came between the first and the last rename; the same transformation finishes it.</summary>
    internal static bool IsUnfinished(PoolSetFile to)
    {
        PartHeaderLayout stored = ReadFirst(FirstPath(to)) ?? default;
        PartHeaderLayout header = PoolMark.Without(in stored, Mark, out bool isMarked);
        bool isSingle = (header.Incompat & (uint)PoolFeatures.SingleHeader) != 0;
        return isMarked && isSingle != to.Options.HasFlag(PoolSetOptions.SingleHeader)
            ? throw PoolSetTransform.Refused(
                to.Path, isSingle ? "OPTION SINGLEHDR" : "no OPTION SINGLEHDR", isSingle ? "none" : "OPTION SINGLEHDR",
                "A transformation the other way was interrupted; finish that one first.")
            : isMarked;
    }

    /// <summary>Refuses a set that a crash left between two forms, whatever size its files have meanwhile.</summary>
    internal static void RefuseUnfinished(IReadOnlyList<IReadOnlyList<PoolSetFilePart>> lines)
    {
        string path = lines[0][0].Path;
        PartHeaderLayout stored = ReadFirst(path) ?? default;
        _ = PoolMark.Without(in stored, Mark, out bool isMarked);
        if (isMarked)
        {
            PartHeader.Unfinished().Throw(path);
        }
    }

    /// <summary>Writes the drafts of a set that is open and locked, and puts them in place. Persisted on return.</summary>
    internal static void Run(PoolSetFiles old, PoolSetFile to, IProgress<double>? progress)
    {
        foreach (string draft in to.Replicas.SelectMany(r => r.Parts).Select(p => DraftOf(p.Path)))
        {
            // Of a transformation that a crash ended before anything counted.
            File.Delete(draft);
        }

        using (PoolSetFiles drafts = PoolSetFiles.Create(DraftSet(to), directoryBytes: 0, isSparse: false, platform: null))
        {
            try
            {
                Fill(drafts, old, progress);
            }
            catch
            {
                drafts.Undo();
                throw;
            }
        }

        Rename(FirstPath(to));
        Finish(to, progress);
    }

    /// <summary>Puts the drafts in place that still stand beside their parts, and takes the mark away. Persisted on return.</summary>
    internal static void Finish(PoolSetFile to, IProgress<double>? progress)
    {
        using PmemSource first = PmemSource.Open(FirstPath(to));
        first.LockExclusive("transform");
        progress?.Report(CopyShare);
        foreach (PoolSetFilePart part in to.Replicas.SelectMany(r => r.Parts).Where(p => File.Exists(DraftOf(p.Path))))
        {
            Rename(part.Path);
            progress?.Report(CopyShare);
        }

        PartHeaderLayout stored = PoolSetPartFile.ReadHeader(first);
        PartHeaderLayout header = PoolMark.Without(in stored, Mark, out _);
        PoolSetPartFile.WriteHeader(first, in header);
        progress?.Report(1);
    }

    private static PartHeaderLayout? ReadFirst(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using PmemSource first = PmemSource.Open(path, writable: false);
        return first.GetLengthBytes() < PoolSetPartFile.HeaderBytes ? null : PoolSetPartFile.ReadHeader(first);
    }

    private static void Fill(PoolSetFiles drafts, PoolSetFiles old, IProgress<double>? progress)
    {
        using (PoolSetMap source = PoolSetMap.Mapped(old, PoolSetAccess.Private, 0, _ => { }))
        using (PoolSetMap target = PoolSetMap.Mapped(drafts, PoolSetAccess.Write, 0, _ => { }))
        {
            Copy(source.Map, target.Map, progress);
        }

        PartHeaderLayout[][] headers = Headers(old.ReadHeaders(), drafts);
        foreach (PoolSetPartFile draft in drafts.All)
        {
            if (draft.HasHeader)
            {
                PartHeaderLayout header = headers[draft.Replica][draft.Index];
                draft.WriteHeader(draft.Replica + draft.Index == 0 ? PoolMark.With(in header, Mark) : header);
            }

            draft.Source.SetMode(PoolSetPartFile.ModeOf(old.Replicas[draft.Replica][draft.Index].Path));
            draft.Source.SyncMetadata();
            progress?.Report(CopyShare);
        }
    }

    // What is persisted in the first replica of the drafts reaches those of the others.
    private static void Copy(PmemMap source, PmemMap target, IProgress<double>? progress)
    {
        using scoped PmemMapLease from = source.Lease();
        using scoped PmemMapLease to = target.Lease();
        for (long at = PoolSetPartFile.HeaderBytes; at < from.LengthBytes; at += ChunkBytes)
        {
            progress?.Report(CopyShare * at / from.LengthBytes);
            ReadOnlySpan<byte> bytes = from.Window(at, (int)Math.Min(ChunkBytes, from.LengthBytes - at));
            if (bytes.ContainsAnyExcept((byte)0))
            {
                to.Copy(at, bytes);
            }
        }
    }

    // First parts keep their identities, because the replicas are linked by them; later ones get new ones.
    private static PartHeaderLayout[][] Headers(PartHeaderLayout[][] old, PoolSetFiles drafts)
    {
        Guid[][] ids = [.. drafts.Replicas.Select((r, i) =>
            r.Where(p => p.HasHeader).Select(p => p.Index == 0 ? old[i][0].PartUuid : Guid.NewGuid()).ToArray())];
        uint single = drafts.IsSingleHeader ? (uint)PoolFeatures.SingleHeader : 0;
        return [.. ids.Select((own, r) => own.Select((_, p) =>
        {
            PartHeaderLayout model = old[r][0];
            PartHeaderLayout header = PartHeader.ForPart(
                model.Signature,
                (PoolFeatures)(model.Incompat & ~(uint)PoolFeatures.SingleHeader | single),
                p == 0 ? model.CreationTimeSeconds : DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                model.PoolSetUuid,
                PoolSetHeaders.LinksOf(ids, r, p),
                p == 0 ? old[0][0].ShutdownState : default);
            header.Compat = model.Compat;
            header.ReadOnlyCompat = model.ReadOnlyCompat;
            header.Checksum = PartHeader.ComputeChecksum(in header);
            return header;
        }).ToArray())];
    }

    private static PoolSetFile DraftSet(PoolSetFile to) => PoolSetFile.Of(
        [.. to.Replicas.Select(r => r with { Parts = [.. r.Parts.Select(p => p with { Path = DraftOf(p.Path) })] })],
        to.Options,
        to.Path);

    private static string FirstPath(PoolSetFile set) => set.Replicas[0].Parts[0].Path;

    // Beside the file itself, which a line may name through a link.
    private static string DraftOf(string path) => PoolSetPlaces.OfThisMachine.RealPath(path) + DraftSuffix;

    private static void Rename(string path)
    {
        PoolSetFile.Rename(DraftOf(path), PoolSetPlaces.OfThisMachine.RealPath(path));
        using PmemSource named = PmemSource.Open(path);
        named.SyncMetadata();
    }
}
