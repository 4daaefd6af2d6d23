using PmemTyped.Sets;

namespace PmemTyped.Tool.Documents;

/// <summary>One thing that is wrong with a pool.</summary>
internal sealed record FindingDocument(
    string Kind, string Structure, long Offset, string Expected, string Found, string NextStep)
{
    internal static FindingDocument From(PoolFinding finding) => new(
        finding.Kind == PoolFindingKind.Format ? "format" : "corruption",
        finding.Structure,
        finding.Offset,
        finding.Expected,
        finding.Found,
        finding.NextStep);

    /// <summary>The finding as one line for people.</summary>
    internal string ToLine() => FormattableString.Invariant(
        $"{Structure} at offset 0x{Offset:X}: expected {Expected}, found {Found}. {NextStep}");
}
