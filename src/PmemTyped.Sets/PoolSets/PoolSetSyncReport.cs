namespace PmemTyped.Sets.PoolSets;

/// <summary>What a synchronisation found, and made good or would make good.</summary>
/// <param name="SourceReplica">The sound replica that is copied.</param>
/// <param name="Defects">What differs from it; none when all is well.</param>
/// <param name="IsApplied">Whether it was made good; false for a dry run.</param>
public sealed record PoolSetSyncReport(int SourceReplica, IReadOnlyList<PoolSetDefect> Defects, bool IsApplied);
