using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Makes broken and stale replicas equal to a sound one. A crash at any moment leaves the sound replica as it was, and the
/// others no worse: headers of copies are written last, so that an interrupted copy is not taken for a replica, and the next
/// synchronisation goes on. (pmempool_sync; sets specification, section 24.1)
/// </summary>
public static class PoolSetSync
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Finds what is wrong. Changes no byte.</summary>
    /// <param name="set">The set file, with at least two local replicas.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1; null for none.</param>
    /// <exception cref="PmemFormatException">No replica is sound, parts are of several pools or swapped, or there is one replica only.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemIOException">A part may not be opened.</exception>
    public static PoolSetSyncReport Plan(PoolSetFile set, ulong signature, IProgress<double>? progress = null)
    {
        using PoolSetSurvey survey = Survey(set, signature);
        AddStaleContent(survey, progress);
        return new PoolSetSyncReport(survey.Source, [.. survey.Defects], IsApplied: false);
    }

    /// <summary>Finds what is wrong and makes it good. Persisted on return, directory entries included.</summary>
    /// <param name="set">The set file, with at least two local replicas.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1; null for none.</param>
    /// <exception cref="PmemFormatException">No replica is sound, parts are of several pools or swapped, or there is one replica only.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemIOException">A part may not be opened or made: the disk is full, permission is missing.</exception>
    public static PoolSetSyncReport Run(PoolSetFile set, ulong signature, IProgress<double>? progress = null)
    {
        using PoolSetSurvey survey = Survey(set, signature);
        Apply(survey, progress);
        return new PoolSetSyncReport(survey.Source, [.. survey.Defects], IsApplied: true);
    }

    internal static void Apply(PoolSetSurvey survey, IProgress<double>? progress)
    {
        Guid[][] ids = PoolSetRepairHeaders.Identities(survey);
        List<PoolSetPartFile> touched = [];
        foreach (PoolSetDefect defect in survey.Defects.Where(d => d.Kind < PoolSetDefectKind.StaleLinks))
        {
            touched.Add(Prepare(survey, defect));
        }

        using PoolSetSides sides = PoolSetSides.Of(survey);
        for (int r = 0; r < survey.Lines.Count; r++)
        {
            if (r != survey.Source && sides.Equalize(r, Part(progress, sides.Position(r), sides.Count)))
            {
                survey.Defects.Add(new PoolSetDefect(
                    r, -1, survey.Lines[r][0].Path, PoolSetDefectKind.StaleContent, "other content than the sound replica"));
            }
        }

        // Headers last, and those of the sound replica after all others: one that a crash tears is made good from these.
        foreach (PoolSetDefect defect in survey.Defects
            .Where(d => d.Part >= 0 && survey.HasHeader(d.Part))
            .OrderBy(d => d.Replica == survey.Source))
        {
            PartHeaderLayout header = PoolSetRepairHeaders.Header(survey, ids, defect.Replica, defect.Part);
            survey.Files[defect.Replica][defect.Part]!.WriteHeader(in header);
        }

        foreach (PoolSetPartFile file in touched)
        {
            file.Source.SetMode(PoolSetPartFile.ModeOf(survey.Lines[survey.Source][0].Path));
            file.Source.SyncMetadata();
        }

        progress?.Report(1);
    }

    private static PoolSetSurvey Survey(PoolSetFile set, ulong signature)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set.Replicas.Count(r => !r.IsRemote) >= 2
            ? PoolSetSurvey.Of(set, signature)
            : throw new PmemFormatException(
                set.Path, "set file", 0, "at least two local replicas", "one", "There is nothing to synchronise with.");
    }

    // A file of the right size is copied into; any other is made anew. Until its header is written it is no part.
    private static PoolSetPartFile Prepare(PoolSetSurvey survey, PoolSetDefect defect)
    {
        PoolSetPartFile? file = survey.Files[defect.Replica][defect.Part];
        if (file is not null)
        {
            if (survey.HasHeader(defect.Part))
            {
                PartHeaderLayout blank = default;
                file.WriteHeader(in blank);
            }

            return file;
        }

        PoolSetFilePart line = survey.Lines[defect.Replica][defect.Part];
        if (defect.Kind == PoolSetDefectKind.Resized)
        {
            File.Delete(line.Path);
        }

        file = PoolSetPartFile.Create(
            line, defect.Replica, defect.Part, survey.HasHeader(defect.Part), isSparse: false, platform: null);
        survey.Files[defect.Replica][defect.Part] = file;
        return file;
    }

    private static void AddStaleContent(PoolSetSurvey survey, IProgress<double>? progress)
    {
        using PoolSetSides sides = PoolSetSides.Of(survey);
        for (int r = 0; r < survey.Lines.Count; r++)
        {
            if (r != survey.Source && !survey.IsBroken(r) && sides.Differs(r, Part(progress, sides.Position(r), sides.Count)))
            {
                survey.Defects.Add(new PoolSetDefect(
                    r, -1, survey.Lines[r][0].Path, PoolSetDefectKind.StaleContent, "other content than the sound replica"));
            }
        }
    }

    private static Action<double> Part(IProgress<double>? progress, int position, int count) =>
        done => progress?.Report((position + done) / Math.Max(count, 1));

    /// <summary>The replicas of a survey in memory; those that are still broken are left out.</summary>
    private sealed class PoolSetSides : IDisposable
    {
        private readonly PmemMap?[] _maps;
        private readonly List<IDisposable> _owned = [];
        private readonly int _source;

        private PoolSetSides(int replicas, int source)
        {
            _maps = new PmemMap?[replicas];
            _source = source;
        }

        internal int Count => _maps.Length - 1;

        internal static PoolSetSides Of(PoolSetSurvey survey)
        {
            var sides = new PoolSetSides(survey.Lines.Count, survey.Source);
            try
            {
                for (int r = 0; r < survey.Lines.Count; r++)
                {
                    if (survey.Files[r].All(f => f is not null))
                    {
                        sides._maps[r] = sides.Map(survey.Files[r]!);
                    }
                }

                return sides;
            }
            catch
            {
                sides.Dispose();
                throw;
            }
        }

        internal int Position(int replica) => replica > _source ? replica - 1 : replica;

        internal bool Equalize(int replica, Action<double> progress) => Walk(replica, progress, stores: true);

        internal bool Differs(int replica, Action<double> progress) => Walk(replica, progress, stores: false);

        public void Dispose()
        {
            for (int i = _owned.Count - 1; i >= 0; i--)
            {
                _owned[i].Dispose();
            }
        }

        private bool Walk(int replica, Action<double> progress, bool stores)
        {
            using scoped PmemMapLease from = _maps[_source]!.Lease();
            using scoped PmemMapLease to = _maps[replica]!.Lease();
            long end = Math.Min(from.LengthBytes, to.LengthBytes);
            bool differs = false;
            for (long at = PartHeaderLayout.SizeBytes; at < end; at += ChunkBytes)
            {
                int length = (int)Math.Min(ChunkBytes, end - at);
                long next = Math.Min(2 * ChunkBytes, end - at);
                _maps[_source]!.Preload(at, next);
                _maps[replica]!.Preload(at, next);
                ReadOnlySpan<byte> wanted = from.Window(at, length);
                if (!to.Window(at, length).SequenceEqual(wanted))
                {
                    differs = true;
                    if (stores)
                    {
                        to.Copy(at, wanted);
                    }
                }

                progress((double)at / end);
            }

            return differs;
        }

        private PmemMap Map(PoolSetPartFile?[] parts)
        {
            VmReservation reservation = VmReservation.Create(parts.Sum(p => p!.ContentBytes));
            _owned.Add(reservation);
            List<PmemMap> maps = [];
            long place = 0;
            foreach (PoolSetPartFile? part in parts)
            {
                maps.Add(part!.MapContent(reservation, place, isPrivate: false));
                _owned.Add(maps[^1]);
                place += part.ContentBytes;
            }

            PmemMap whole = PmemMap.Join(maps);
            _owned.Add(whole);
            return whole;
        }
    }
}
