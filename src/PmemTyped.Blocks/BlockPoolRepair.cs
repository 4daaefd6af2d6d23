namespace PmemTyped.Blocks;

/// <summary>What a repair changes, or would change.</summary>
/// <param name="Path">The pool file or pool set file.</param>
/// <param name="Before">What a check finds without the changes.</param>
/// <param name="Changes">The changes in the order in which they are made.</param>
/// <param name="After">What a check finds with the changes.</param>
/// <param name="IsApplied">Whether the changes are in the file, or in all replicas of the set.</param>
public sealed record BlockPoolRepair(
    string Path,
    BlockPoolReport Before,
    IReadOnlyList<BlockPoolChange> Changes,
    BlockPoolReport After,
    bool IsApplied);
