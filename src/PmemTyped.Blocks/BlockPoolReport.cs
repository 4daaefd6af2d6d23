using PmemTyped.Sets;

namespace PmemTyped.Blocks;

/// <summary>What a check found.</summary>
/// <param name="Path">The pool file.</param>
/// <param name="IsLaidOut">Whether anything was ever written.</param>
/// <param name="BlocksChecked">Map entries looked at.</param>
/// <param name="Findings">What is wrong, at most <see cref="MaxFindings"/>; empty for a consistent pool.</param>
/// <param name="FindingCount">How many things are wrong, listed or not.</param>
public sealed record BlockPoolReport(
    string Path, bool IsLaidOut, long BlocksChecked, IReadOnlyList<PoolFinding> Findings, long FindingCount)
{
    /// <summary>How many findings are listed at most: a ruined map would fill the memory with them.</summary>
    public const int MaxFindings = 1000;

    /// <summary>Gets a value indicating whether nothing is wrong.</summary>
    public bool IsConsistent => FindingCount == 0;
}
