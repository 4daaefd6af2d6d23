namespace PmemTyped.Sets.PoolSets;

/// <summary>What a transformation does.</summary>
/// <param name="Added">Files that are made.</param>
/// <param name="Removed">Files that are deleted.</param>
/// <param name="Rewritten">Files whose bytes move, because the option SINGLEHDR changes.</param>
/// <param name="IsApplied">Whether it was done; false for a dry run.</param>
public sealed record PoolSetTransformReport(
    IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Rewritten, bool IsApplied);
