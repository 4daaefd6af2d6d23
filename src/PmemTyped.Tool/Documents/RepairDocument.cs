using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt check --repair" tells.</summary>
internal sealed record RepairDocument(
    string Path, bool IsApplied, IReadOnlyList<ChangeDocument> Changes, CheckDocument Before, CheckDocument After)
{
    internal static RepairDocument From(BlockPoolRepair repair) => new(
        repair.Path,
        repair.IsApplied,
        [.. repair.Changes.Select(ChangeDocument.From)],
        CheckDocument.From(repair.Before),
        CheckDocument.From(repair.After));
}
