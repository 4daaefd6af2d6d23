using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// Finds out what a repair changes, structure by structure in the order of section 14 of the block pool format, and
/// carries each change out on a scratch medium so that the next structure is judged with it.
/// </summary>
internal static class RepairPlanner<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Makes the plan.</summary>
    /// <param name="scratch">A copy of the pool; it is repaired.</param>
    /// <param name="path">The pool, for messages.</param>
    /// <param name="isAdvanced">Whether guesses are wanted.</param>
    /// <param name="current">Identity of the devices below, null when it is not known.</param>
    /// <param name="known">A finding about the file around the pool, which forbids every repair, or null.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1, or null.</param>
    /// <param name="isSet">Whether it is the pool of a set file, whose headers were restored already.</param>
    internal static BlockPoolRepair Plan(
        TMedium scratch,
        string path,
        bool isAdvanced,
        ShutdownIdentity? current,
        PoolFinding? known = null,
        IProgress<double>? progress = null,
        bool isSet = false)
    {
        BlockPoolReport before = BlockPoolChecker<TMedium>.Check(scratch, path, current, known, progress, isSet);
        if (before.IsConsistent || known is not null)
        {
            return new BlockPoolRepair(path, before, [], before, IsApplied: false);
        }

        var changes = new List<BlockPoolChange>();
        void Make(IEnumerable<BlockPoolChange> found)
        {
            foreach (BlockPoolChange change in found.Where(c => c.IsCertain || isAdvanced))
            {
                RepairWriter<TMedium>.Apply(scratch, change);
                changes.Add(change);
            }
        }

        if (!isSet)
        {
            Make(HeaderRepair<TMedium>.Find(scratch));
        }

        if (HasSoundHeader(scratch, isSet))
        {
            Make(HeaderRepair<TMedium>.FindShutdownState(scratch, current));
            Make(InfoRepair<TMedium>.FindBlockSize(scratch));
            Make(InfoRepair<TMedium>.Find(scratch));
            Make(OwnershipRepair<TMedium>.Find(scratch));
        }

        BlockPoolReport after =
            changes.Count == 0 ? before : BlockPoolChecker<TMedium>.Check(scratch, path, current, known, progress, isSet);
        return new BlockPoolRepair(path, before, changes, after, IsApplied: false);
    }

    private static bool HasSoundHeader(TMedium medium, bool isSet)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        return PartHeader.Examine(in header, BlockPoolCore<TMedium>.Signature, isSet) is null;
    }
}
