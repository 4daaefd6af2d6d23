using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <content>More blocks, while others read and write.</content>
internal sealed partial class BlockTranslationTable<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>The plan to fill a larger pool, or null when nothing is gained by it. Changes nothing.</summary>
    /// <exception cref="NotSupportedException">The pool may only be read, or its arenas cannot grow into that size.</exception>
    internal GrowthPlan? PlanGrowth(long poolBytes)
    {
        ThrowIfReadOnly("grow");
        return _arenas.PlanGrowth(poolBytes);
    }

    /// <summary>
    /// Fills a larger pool. Most of the work is done beside the operations of others; at its end they wait, and so does it
    /// for leases. Persisted on return. One call at a time.
    /// </summary>
    /// <param name="larger">The same pool and what was added behind it, at the same place in memory.</param>
    /// <param name="plan">What to make of it.</param>
    /// <param name="whenQuiet">Called when nobody is at work, before the pool changes.</param>
    internal void Grow(TMedium larger, GrowthPlan plan, Action whenQuiet)
    {
        ThrowIfLeased("grow");
        bool isPrepared = _arenas.PrepareGrowth(larger, plan);
        _ = WhileQuiet(() =>
        {
            // Who holds a lease reads without a lane.
            _lanes.Leases.WaitUntilNone();
            whenQuiet();
            _medium = larger;
            _writer.MoveTo(larger);
            _groupWriter?.MoveTo(larger);
            _arenas.Grow(larger, plan, isPrepared);
            return true;
        });
    }
}
