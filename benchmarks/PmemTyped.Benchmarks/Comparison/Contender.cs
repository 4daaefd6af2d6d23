namespace PmemTyped.Benchmarks.Comparison;

/// <summary>One side of a comparison. The loop is inside, so that no delegate call is measured.</summary>
internal abstract class Contender
{
    /// <summary>Does the operation so many times and goes on where the last batch ended.</summary>
    internal abstract void Run(int operations);
}
