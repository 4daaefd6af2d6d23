using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks;

/// <content>Pools that become larger.</content>
internal sealed partial class BlockPoolCore<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Finishes a growth that a crash interrupted; does nothing for every other pool.</summary>
    /// <exception cref="PmemFormatException">The pool does not have the size any more that it was growing to.</exception>
    internal static void FinishGrowth(TMedium medium, string path, ShutdownIdentity? current, bool isSet)
    {
        PartHeaderLayout stored = LoadHeader(medium);
        PartHeaderLayout header = PoolMark.Without(in stored, PoolFeatures.Growing, out bool isMarked);
        if (isMarked)
        {
            Require(path, PartHeader.Examine(in header, Signature, isSet));
            Require(path, ShutdownState.Examine(in header, current));
            BttGrowth<TMedium>.Finish(medium, in header, ReadIdentity(medium, path, in header));
        }
    }

    /// <summary>Fills a larger pool, while others read and write. Persisted on return. One call at a time.</summary>
    /// <param name="larger">The same pool and what was added behind it, at the same place in memory.</param>
    /// <param name="plan">What to make of it.</param>
    /// <param name="identity">Identity of all devices, those that are added included.</param>
    /// <param name="commit">Adds them, when nobody is at work.</param>
    internal void Grow(TMedium larger, GrowthPlan plan, ShutdownIdentity? identity, Action commit) =>
        Table.Grow(larger, plan, () =>
        {
            // The sums of a set change with its parts. A state that is clean may differ from them; a dirty one may not.
            bool isOther = identity != Identity;
            if (isOther && _marksClean)
            {
                ShutdownState.MarkClean(_medium);
            }

            try
            {
                commit();
                Identity = identity;
                _medium = larger;
            }
            finally
            {
                if (isOther)
                {
                    PartHeaderLayout header = LoadHeader(_medium);
                    _marksClean = ShutdownState.MarkDirty(_medium, in header, Identity);
                }
            }
        });
}
