namespace PmemTyped.Sets.Parts;

/// <summary>What a removal does to one part: pieces that go, and those below and above that stay.</summary>
internal sealed record RangeCut(
    PartNode Node, IReadOnlyList<PartPiece> Below, IReadOnlyList<PartPiece> Above, IReadOnlyList<PartPiece> Removed)
{
    internal bool IsWhole => Below.Count == 0 && Above.Count == 0;

    internal static RangeCut Of(PartNode node, long start, long end)
    {
        IReadOnlyList<PartPiece> pieces = node.Extent.Pieces;
        return new RangeCut(
            node,
            [.. pieces.Where(p => p.End <= start)],
            [.. pieces.Where(p => p.Start >= end)],
            [.. pieces.Where(p => p.Overlaps(start, end))]);
    }
}
