namespace PmemTyped;

/// <summary>What a migration did.</summary>
/// <param name="Migrated">Records that were written anew, in this run.</param>
/// <param name="Unreadable">
/// Indexes with something that is no sound record of a known layout; while there is one, the migration does not count as
/// complete.
/// </param>
/// <param name="FirstUnreadable">The first of them, or null.</param>
public readonly record struct MigrationResult(long Migrated, long Unreadable, long? FirstUnreadable)
{
    /// <summary>Gets a value indicating whether every record has the new layout, and the pool says so.</summary>
    public bool IsComplete => Unreadable == 0;
}
