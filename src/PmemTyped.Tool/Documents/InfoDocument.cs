using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>
/// What "pmt info" tells, for people and for programs alike. The order of the members is the order in JSON; programs
/// depend on their names.
/// </summary>
internal sealed record InfoDocument(
    string Path,
    long PoolBytes,
    int BlockSize,
    long BlockCount,
    bool IsZeroed,
    bool IsLaidOut,
    bool IsDirty,
    Guid PoolSetUuid,
    Guid PartUuid,
    DateTimeOffset Created,
    FeatureWordDocument CompatFeatures,
    FeatureWordDocument IncompatFeatures,
    FeatureWordDocument ReadOnlyCompatFeatures,
    ApplicationAreaDocument ApplicationArea,
    IReadOnlyList<ArenaDocument> Arenas)
{
    internal static InfoDocument From(BlockPoolDescription pool, IReadOnlyList<BlockMapDocument>? maps) => new(
        pool.Path,
        pool.PoolBytes,
        pool.BlockSize,
        pool.BlockCount,
        pool.IsZeroed,
        pool.IsLaidOut,
        pool.IsDirty,
        pool.PoolSetUuid,
        pool.PartUuid,
        pool.Created,
        new FeatureWordDocument(pool.CompatFeatures, FeatureNames.OfCompat(pool.CompatFeatures)),
        new FeatureWordDocument(pool.IncompatFeatures, FeatureNames.OfIncompat(pool.IncompatFeatures)),
        new FeatureWordDocument(
            pool.ReadOnlyCompatFeatures, FeatureNames.OfReadOnlyCompat(pool.ReadOnlyCompatFeatures)),
        ApplicationAreaDocument.From(pool.ApplicationArea.Span, pool.Path),
        [.. pool.Arenas.Select((arena, index) => ArenaDocument.From(arena, index, maps?[index]))]);
}
