using PmemTyped.Blocks;

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
    internal static CheckDocument From(BlockPoolReport report) => new(
        report.Path,
        report.IsConsistent,
        report.IsLaidOut,
        report.BlocksChecked,
        report.FindingCount,
        [.. report.Findings.Select(FindingDocument.From)]);
}
