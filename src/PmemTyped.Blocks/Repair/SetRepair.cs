using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// Repairs the pool of a set: the headers of all parts first, then what the first replica holds, as in one file. Mirrors get
/// the result.
/// </summary>
internal static class SetRepair
{
    internal static BlockPoolRepair Plan(string path, bool isAdvanced, IProgress<double>? progress)
    {
        try
        {
            using PoolSetRepair set = Open(path, isWritable: false);
            return PlanLocked(set, path, isAdvanced, progress).Repair;
        }
        catch (Exception e) when (e is PmemFormatException or PmemCorruptionException)
        {
            return Beyond(path, e);
        }
    }

    internal static BlockPoolRepair Repair(
        string path, bool isAdvanced, Func<BlockPoolRepair, bool>? accept, IProgress<double>? progress)
    {
        try
        {
            using PoolSetRepair set = Open(path, isWritable: true);
            (BlockPoolRepair plan, int headers) = PlanLocked(set, path, isAdvanced, progress);
            if (plan.Changes.Count == 0 || (accept is not null && !accept(plan)))
            {
                return plan;
            }

            if (plan.Changes.Count == headers)
            {
                set.WriteHeaders();
                return plan with { IsApplied = true };
            }

            using PoolSetMap map = set.Apply(
                pool => RepairWriter<MapMedium>.Apply(pool.DangerousGetMedium(), plan.Changes.Skip(headers)));
            BlockPoolReport after = Check(map, path, progress);
            return plan with { After = after, IsApplied = true };
        }
        catch (Exception e) when (e is PmemFormatException or PmemCorruptionException)
        {
            return Beyond(path, e);
        }
    }

    private static PoolSetRepair Open(string path, bool isWritable) =>
        PoolSetRepair.Open(BlockPoolSet.Load(path), BlockPoolCore<MapMedium>.Signature, isWritable);

    private static BlockPoolRepair Beyond(string path, Exception refusal)
    {
        BlockPoolReport report = BlockPoolSet.Beyond(path, refusal);
        return new BlockPoolRepair(path, report, [], report, IsApplied: false);
    }

    private static (BlockPoolRepair Repair, int Headers) PlanLocked(
        PoolSetRepair set, string path, bool isAdvanced, IProgress<double>? progress)
    {
        IReadOnlyList<PoolFinding> before = set.Findings;
        BlockPoolChange[] headers = [.. set.Restore(FindPool(set), isAdvanced).Select(ToChange)];
        IReadOnlyList<PoolFinding> left = set.Findings;
        if (left.Count > 0)
        {
            BlockPoolReport report = Report(path, left);
            return (new BlockPoolRepair(path, Report(path, before), headers, report, IsApplied: false), headers.Length);
        }

        BlockPoolRepair plan = PlanContent(set, path, isAdvanced, progress);
        if (plan.Changes.Any(c => !c.IsCertain) && FindSoundMirror(set, path, progress) is { } mirror)
        {
            plan = PlanContent(set, path, isAdvanced: false, progress);
            plan = plan with { After = With([BetterSynchronised(mirror)], plan.After) };
        }

        return (plan with { Before = With(before, plan.Before), Changes = [.. headers, .. plan.Changes] }, headers.Length);
    }

    private static BlockPoolRepair PlanContent(PoolSetRepair set, string path, bool isAdvanced, IProgress<double>? progress)
    {
        using PoolSetMap scratch = set.MapPrivate(0);
        if (BlockPoolFile.ExamineSize(scratch.Map.LengthBytes) is { } size)
        {
            BlockPoolReport report = Report(path, [size]);
            return new BlockPoolRepair(path, report, [], report, IsApplied: false);
        }

        return RepairPlanner<MapMedium>.Plan(
            scratch.Map.DangerousGetMedium(), path, isAdvanced, scratch.Identity, known: null, progress, isSet: true);
    }

    private static Guid? FindPool(PoolSetRepair set)
    {
        using PoolSetMap scratch = set.MapPrivate(0);
        return scratch.Map.LengthBytes < BttGeometry.MinPoolBytes
            ? null
            : InfoRepair<MapMedium>.FindAnyInfo(scratch.Map.DangerousGetMedium())?.ParentUuid;
    }

    private static int? FindSoundMirror(PoolSetRepair set, string path, IProgress<double>? progress)
    {
        for (int r = 1; r <= set.MirrorCount; r++)
        {
            using PoolSetMap mirror = set.MapPrivate(r);
            if (Check(mirror, path, progress).IsConsistent)
            {
                return r;
            }
        }

        return null;
    }

    private static BlockPoolReport Check(PoolSetMap set, string path, IProgress<double>? progress) =>
        BlockPoolChecker<MapMedium>.Check(
            set.Map.DangerousGetMedium(), path, set.Identity, known: null, progress, isSet: true);

    private static PoolFinding BetterSynchronised(int mirror) => new(
        PoolFindingKind.Format,
        "replica 0",
        0,
        "a repair that guesses nothing",
        FormattableString.Invariant($"replica {mirror}, which is consistent"),
        "Move the files of replica 0 away and run 'pmt sync', which makes them anew without loss.");

    // Its bytes are the set's business.
    private static BlockPoolChange ToChange(PoolSetHeaderChange header) => new(
        FormattableString.Invariant($"'{header.Path}', replica {header.Replica}, part {header.Part}: part header"),
        0,
        PartHeaderLayout.SizeBytes,
        header.Found,
        header.Restored,
        header.IsCertain);

    private static BlockPoolReport Report(string path, IReadOnlyList<PoolFinding> findings) =>
        new(path, false, 0, findings, findings.Count);

    private static BlockPoolReport With(IReadOnlyList<PoolFinding> findings, BlockPoolReport report) => report with
    {
        Findings = [.. findings, .. report.Findings],
        FindingCount = findings.Count + report.FindingCount,
    };
}
