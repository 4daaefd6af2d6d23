using PmemTyped.Blocks.Repair;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <summary>
/// Repairs pools in one file and pools of pool set files (block pool format, section 14; sets specification, section 21).
/// Nothing else repairs: opening a damaged pool refuses it. Threads: safe; the files are locked for as long as a call runs.
/// </summary>
public static class BlockPoolRepairer
{
    /// <summary>
    /// Says what <see cref="Repair"/> would change in a pool file that nobody has open, and what would still be wrong
    /// then. Changes no byte. (pmempool check with repair and dry-run)
    /// </summary>
    /// <param name="path">Path of the pool file or pool set file; read permission is enough.</param>
    /// <param name="isAdvanced">
    /// Whether changes that are not certain are wanted too; see <see cref="BlockPoolChange.IsCertain"/>.
    /// </param>
    /// <param name="progress">Receives the part that is done, 0 to 1, while it runs; null for none.</param>
    /// <exception cref="PmemIOException">A file is missing, a directory, or there is no permission.</exception>
    /// <exception cref="Sets.PoolSets.PoolSetFileException">The set file cannot be used; line and column say where.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    public static BlockPoolRepair Plan(string path, bool isAdvanced = false, IProgress<double>? progress = null)
    {
        if (PoolSetFile.IsSetFile(path))
        {
            return SetRepair.Plan(path, isAdvanced, progress);
        }

        using PmemSource source = BlockPoolFile.OpenForInspection(path, "plan a repair of");
        return PlanLocked(source, isAdvanced, progress);
    }

    /// <summary>
    /// Repairs a pool file that nobody has open: restores what follows from intact structures, and guesses what does not
    /// only with <paramref name="isAdvanced"/>. Persisted on return. After a crash in the middle the file is as damaged as
    /// before or less, and the repair can be repeated. In a set with mirrors the first replica is repaired and the others are
    /// made equal to it; while one of them is consistent, nothing is guessed, because a synchronisation loses less.
    /// (pmempool check with repair, and with advanced)
    /// </summary>
    /// <param name="path">Path of the pool file or pool set file.</param>
    /// <param name="isAdvanced">
    /// Whether changes that are not certain are wanted too; see <see cref="BlockPoolChange.IsCertain"/>.
    /// </param>
    /// <param name="accept">
    /// Receives the plan while the file is locked and unchanged, and says whether to carry it out; null does. Not asked
    /// when there is nothing to change.
    /// </param>
    /// <param name="progress">Receives the part that is done, 0 to 1, while it runs; null for none.</param>
    /// <returns>What was changed and what is still wrong; the plan itself if it was not accepted or is empty.</returns>
    /// <exception cref="PmemIOException">A file is missing, a directory, or there is no permission.</exception>
    /// <exception cref="Sets.PoolSets.PoolSetFileException">The set file cannot be used; line and column say where.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFaultedException">A flush failed; repeat the repair.</exception>
    public static BlockPoolRepair Repair(
        string path,
        bool isAdvanced = false,
        Func<BlockPoolRepair, bool>? accept = null,
        IProgress<double>? progress = null)
    {
        if (PoolSetFile.IsSetFile(path))
        {
            return SetRepair.Repair(path, isAdvanced, accept, progress);
        }

        using PmemSource source = PmemSource.Open(path);
        source.LockExclusive("repair");
        BlockPoolRepair plan = PlanLocked(source, isAdvanced, progress);
        if (plan.Changes.Count == 0 || (accept is not null && !accept(plan)))
        {
            return plan;
        }

        using PmemMap map = BlockPoolFile.Map(source, isWritable: true);
        MapMedium medium = map.DangerousGetMedium();
        RepairWriter<MapMedium>.Apply(medium, plan.Changes);
        BlockPoolReport after = BlockPoolChecker<MapMedium>.Check(
            medium, path, ShutdownIdentity.Detect(source), BlockPoolFile.ExaminePendingRepair(path), progress);
        return plan with { After = after, IsApplied = true };
    }

    // The plan is made by carrying it out on private pages, so that it is exactly what a repair does.
    private static BlockPoolRepair PlanLocked(PmemSource source, bool isAdvanced, IProgress<double>? progress)
    {
        string path = source.Path;
        if (BlockPoolFile.ExamineSize(source.GetLengthBytes()) is { } size)
        {
            var beyond = new BlockPoolReport(path, false, 0, [size], 1);
            return new BlockPoolRepair(path, beyond, [], beyond, IsApplied: false);
        }

        using PmemMap map = BlockPoolFile.Map(source, isWritable: true, isPrivate: true);
        return RepairPlanner<MapMedium>.Plan(
            map.DangerousGetMedium(),
            path,
            isAdvanced,
            ShutdownIdentity.Detect(source),
            BlockPoolFile.ExaminePendingRepair(path),
            progress);
    }
}
