using System.Diagnostics;
using PmemTyped.Mapping;

namespace PmemTyped.Sets.Parts;

/// <summary>
/// What a part is made of at one time: pieces without a gap between them, and one map over all of them. Immutable; a part
/// that grows or is cut gets another extent.
/// </summary>
internal sealed class PartExtent
{
    internal PartExtent(IReadOnlyList<PartPiece> pieces)
    {
        Pieces = pieces;
        Start = pieces[0].Start;
        LengthBytes = pieces.Sum(p => p.LengthBytes);
        Map = pieces.Count == 1 ? pieces[0].Map : PmemMap.Join([.. pieces.Select(p => p.Map)]);
        Debug.Assert(pieces[^1].End == End, "The size of a part is that of its pieces (I2).");
    }

    internal IReadOnlyList<PartPiece> Pieces { get; }

    internal PmemMap Map { get; }

    internal long Start { get; }

    internal long LengthBytes { get; }

    internal long End => Start + LengthBytes;

    internal PmemSetDescriptor Descriptor => new(Start, LengthBytes);

    /// <summary>Gives the common map up; the pieces stay.</summary>
    internal void Retire()
    {
        if (Pieces.Count > 1)
        {
            Map.Dispose();
        }
    }
}
