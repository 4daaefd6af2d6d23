using PmemTyped.Mapping;

namespace PmemTyped.Sets.Parts;

/// <summary>One underlying map and the source that it was made from; the unit of removal.</summary>
internal sealed record PartPiece(PmemMap Map, PmemSetSource Source)
{
    internal long Start { get; } = Map.Address;

    internal long LengthBytes { get; } = Map.LengthBytes;

    internal long End => Start + LengthBytes;

    internal bool Overlaps(long start, long end) => Start < end && start < End;
}
