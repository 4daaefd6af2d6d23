namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Changes a pool from one set file to another: adds replicas, or removes some, or sets or clears the option SINGLEHDR. New
/// replicas are whole before any existing header changes, and files of removed ones go last, so that a crash at any moment
/// leaves at least one sound replica: synchronise the new set. A change of the option writes all
/// parts anew; a crash leaves the old set, the new one, or a set that is refused until the transformation is repeated, which
/// finishes it. (pmempool_transform; sets specification, section 24.2)
/// </summary>
public static class PoolSetTransform
{
    /// <summary>What a transformation would do. Changes no byte.</summary>
    /// <param name="from">The set as it is; all of it must be sound.</param>
    /// <param name="to">The set as it shall be; at least one replica stays.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <exception cref="PmemFormatException">The two differ in what cannot be changed, or the pool is not sound.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemIOException">A part may not be opened.</exception>
    public static PoolSetTransformReport Plan(PoolSetFile from, PoolSetFile to, ulong signature)
    {
        PoolSetTransformReport plan = Compare(from, to);
        if (plan.Rewritten.Count > 0 && PoolSetConversion.IsUnfinished(to))
        {
            return plan;
        }

        using PoolSetFiles files = OpenSound(from, to, signature);
        foreach (string path in plan.Added.Where(File.Exists))
        {
            throw Refused(path, "a path without a file", "a file", "Move it away; a new replica makes its own files.");
        }

        return plan;
    }

    /// <summary>Does it. Persisted on return, directory entries included. The set files themselves are not changed.</summary>
    /// <param name="from">The set as it is; all of it must be sound.</param>
    /// <param name="to">The set as it shall be; at least one replica stays.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1; null for none.</param>
    /// <exception cref="PmemFormatException">The two differ in what cannot be changed, or the pool is not sound.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemIOException">A part may not be opened or made.</exception>
    public static PoolSetTransformReport Run(
        PoolSetFile from, PoolSetFile to, ulong signature, IProgress<double>? progress = null)
    {
        PoolSetTransformReport plan = Plan(from, to, signature);
        if (plan.Rewritten.Count > 0)
        {
            Convert(from, to, signature, progress);
            return plan with { IsApplied = true };
        }

        // The new set with files missing is a set to be synchronised; so is one whose links name a replica that is gone.
        using (PoolSetSurvey survey = PoolSetSurvey.Of(to, signature))
        {
            PoolSetSync.Apply(survey, progress);
        }

        foreach (string path in plan.Removed)
        {
            File.Delete(path);
        }

        return plan with { IsApplied = true };
    }

    private static void Convert(PoolSetFile from, PoolSetFile to, ulong signature, IProgress<double>? progress)
    {
        if (PoolSetConversion.IsUnfinished(to))
        {
            PoolSetConversion.Finish(to, progress);
        }
        else
        {
            using PoolSetFiles old = OpenSound(from, to, signature);
            PoolSetConversion.Run(old, to, progress);
        }

        using PoolSetFiles done = PoolSetFiles.Open(to, isWritable: true, platform: null);
        done.RequireHeaders(signature);
    }

    private static PoolSetFiles OpenSound(PoolSetFile from, PoolSetFile to, ulong signature)
    {
        PoolSetFiles files = PoolSetFiles.Open(from, isWritable: true, platform: null);
        try
        {
            files.RequireHeaders(signature);
            RequireSize(files, from, to);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static PoolSetTransformReport Compare(PoolSetFile from, PoolSetFile to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        foreach (PoolSetFile set in (PoolSetFile[])[from, to])
        {
            if (set.Options.HasFlag(PoolSetOptions.NoHeaders))
            {
                throw Refused(
                    set.Path, "parts with headers", "OPTION NOHDRS",
                    "Without headers nothing tells the parts of a pool from other files; remove the option.");
            }
        }

        if (from.Options != to.Options)
        {
            PoolSetConversion.RequireSameParts(from, to);
            return new PoolSetTransformReport([], [], [.. to.Replicas.SelectMany(r => r.Parts).Select(p => p.Path)], IsApplied: false);
        }

        PoolSetReplica[] added = [.. to.Replicas.Where(r => !from.Replicas.Any(f => IsSame(f, r)))];
        PoolSetReplica[] removed = [.. from.Replicas.Where(r => !to.Replicas.Any(t => IsSame(t, r)))];
        if (added.Length > 0 == removed.Length > 0)
        {
            throw Refused(
                to.Path,
                "replicas more, or replicas less, than the other set file",
                added.Length == 0 ? "the same ones" : "some more and some less, or with another size",
                "Add and remove in two steps; one replica must stay.");
        }

        return new PoolSetTransformReport(
            [.. added.SelectMany(r => r.Parts).Select(p => p.Path)],
            [.. removed.SelectMany(r => r.Parts).Select(p => p.Path)],
            [],
            IsApplied: false);
    }

    // The layout of a pool follows from its size, which is that of its smallest replica.
    private static void RequireSize(PoolSetFiles files, PoolSetFile from, PoolSetFile to)
    {
        if (from.Replicas.Concat(to.Replicas).Any(r => r.Parts.Any(p => Directory.Exists(p.Path))))
        {
            throw Refused(to.Path, "parts that are files", "directories", "Sets of directories cannot be transformed.");
        }

        long now = files.PoolBytes;
        long then = to.Replicas.Min(r => ContentBytes(r, to.Options));
        if (then != now)
        {
            throw Refused(
                to.Path,
                FormattableString.Invariant($"a pool of {now} bytes as before"),
                FormattableString.Invariant($"{then}"),
                from.Options != to.Options
                    ? "With the option a part after the first needs 4096 bytes less, without it 4096 more; change the sizes in the set file."
                    : then < now ? "Give the new replica larger parts." : "Keep the smallest replica.");
        }
    }

    private static long ContentBytes(PoolSetReplica replica, PoolSetOptions options)
    {
        long headers = options.HasFlag(PoolSetOptions.SingleHeader) ? 0 : replica.Parts.Count - 1;
        return replica.Parts.Sum(p => p.LengthBytes / PoolSetPartFile.HeaderBytes * PoolSetPartFile.HeaderBytes)
            - (headers * PoolSetPartFile.HeaderBytes);
    }

    private static bool IsSame(PoolSetReplica a, PoolSetReplica b) => a.Node == b.Node && a.Descriptor == b.Descriptor
        && a.Parts.Select(p => (p.Path, p.LengthBytes)).SequenceEqual(b.Parts.Select(p => (p.Path, p.LengthBytes)));

    internal static PmemFormatException Refused(string path, string expected, string found, string nextStep) =>
        new(path, "target of the transformation", 0, expected, found, nextStep);
}
