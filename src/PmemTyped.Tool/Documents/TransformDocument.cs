using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool.Documents;

/// <summary>What a transformation does.</summary>
internal sealed record TransformDocument(
    bool IsApplied, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Rewritten)
{
    internal static TransformDocument From(PoolSetTransformReport report) => new(
        report.IsApplied, report.Added, report.Removed, report.Rewritten);
}
