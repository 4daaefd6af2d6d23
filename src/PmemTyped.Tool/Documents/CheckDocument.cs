using PmemTyped.Blocks;
using PmemTyped.Sets;

namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt check" tells. The order of the members is the order in JSON; programs depend on their names.</summary>
internal sealed record CheckDocument(
    string Path,
    bool IsConsistent,
    bool IsLaidOut,
    long BlocksChecked,
    long FindingCount,
    IReadOnlyList<FindingDocument> Findings)
{
    // A file that is too small to be looked into has no report; it is an answer all the same.
    private const string TooSmallHint = "It is no block pool, or it was cut off; take it from a backup copy.";

    internal static CheckDocument From(BlockPoolReport report) => new(
        report.Path,
        report.IsConsistent,
        report.IsLaidOut,
        report.BlocksChecked,
        report.FindingCount,
        [.. report.Findings.Select(FindingDocument.From)]);

    internal static CheckDocument From(PmemFormatException refusal) => new(
        refusal.Path,
        IsConsistent: false,
        IsLaidOut: false,
        BlocksChecked: 0,
        FindingCount: 1,
        [
            FindingDocument.From(new PoolFinding(
                PoolFindingKind.Format,
                refusal.Structure,
                refusal.Offset,
                refusal.Expected,
                refusal.Found,
                TooSmallHint)),
        ]);
}
