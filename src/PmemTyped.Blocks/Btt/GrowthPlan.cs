using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>The arenas of a pool before and after growth. After it they are those of a pool made in the larger size.</summary>
/// <param name="Now">The arenas as they are.</param>
/// <param name="Target">The arenas as they shall be: the same ones, the last one longer or followed by others.</param>
internal sealed record GrowthPlan(ArenaGeometry[] Now, ArenaGeometry[] Target)
{
    /// <summary>Gets the arena that is exchanged.</summary>
    internal ArenaGeometry From => Now[^1];

    /// <summary>Gets what it is exchanged for; of 512 GiB it only gets a successor.</summary>
    internal ArenaGeometry To => Target[Now.Length - 1];

    internal ArenaGeometry[] Appended => Target[Now.Length..];

    /// <summary>Gets a value indicating whether map and flog move, because the arena gets longer.</summary>
    internal bool Moves => From.Map != To.Map;

    /// <summary>Makes the plan.</summary>
    /// <param name="now">The arenas as they are.</param>
    /// <param name="poolBytes">The size that the pool has or will have.</param>
    /// <param name="blockBytes">Block size.</param>
    /// <param name="refusal">Why there is none, as a sentence; null when there is one, or nothing is gained.</param>
    /// <returns>Null for no plan.</returns>
    internal static GrowthPlan? Make(ArenaGeometry[] now, long poolBytes, int blockBytes, out string? refusal)
    {
        refusal = null;
        if (BttGeometry.Plan(poolBytes, blockBytes) is not { } target)
        {
            refusal = FormattableString.Invariant(
                $"In {poolBytes} bytes the last arena would hold fewer than 512 blocks of {blockBytes}; grow by more, or by less.");
            return null;
        }

        if (target.Sum(a => (long)a.Lbas) <= now.Sum(a => (long)a.Lbas))
        {
            return null;
        }

        var plan = new GrowthPlan(now, target);
        ArenaGeometry from = plan.From;
        long end = from.InfoCopy + BttInfoLayout.SizeBytes;
        bool isUsual = now.Length <= target.Length
            && now.AsSpan(..^1).SequenceEqual(target.AsSpan(..(now.Length - 1)))
            && from == BttGeometry.PlanArena(from.Index, plan.To.Start, end - from.Start, blockBytes, hasNext: false);
        if (!isUsual)
        {
            refusal = "Its arenas are not laid out as libpmemblk lays them out, so they cannot be made longer.";
        }
        else if (plan.Moves && plan.To.Map < end)
        {
            refusal = FormattableString.Invariant(
                $"Its map moves behind the old end, which takes {poolBytes - plan.To.Map} bytes; grow by at least as many.");
        }

        return refusal is null ? plan : null;
    }
}
