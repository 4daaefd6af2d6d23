using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>What one flog slot says, and what is wrong with it.</summary>
/// <param name="Forbids">Why the pool must not be opened, or null.</param>
/// <param name="Unusable">Why writes to the arena must be refused, or null.</param>
/// <param name="Implausible">What no write leaves behind although the pool can be used with it, or null.</param>
/// <param name="Lane">State of the lane; meaningless when one of the first two is there.</param>
/// <param name="Interrupted">The write that recovery completes, or null.</param>
internal readonly record struct FlogVerdict(
    PoolFinding? Forbids,
    PoolFinding? Unusable,
    PoolFinding? Implausible,
    FlogLane Lane,
    InterruptedWrite? Interrupted)
{
    /// <summary>The first thing that a check reports, or null.</summary>
    internal PoolFinding? Finding => Forbids ?? Unusable ?? Implausible;
}
