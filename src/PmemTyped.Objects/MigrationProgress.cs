namespace PmemTyped;

/// <summary>How far a migration has come.</summary>
/// <param name="Examined">Indexes that were looked at.</param>
/// <param name="Capacity">Indexes to look at.</param>
/// <param name="Migrated">Records that were written anew, so far and in this run.</param>
public readonly record struct MigrationProgress(long Examined, long Capacity, long Migrated);
