using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>
/// The mark in the header of a pool whose layout is being exchanged for a larger one: the incompat feature
/// <see cref="PoolFeatures.Growing"/>. A library that does not know it refuses the pool instead of misreading it; one that
/// does finishes the growth. Feature word and checksum are two stores, so that a crash can leave a mixture of both headers,
/// and every mixture counts as marked.
/// </summary>
public static class GrowthMark
{
    private const uint Bit = (uint)PoolFeatures.Growing;

    /// <summary>The header with the mark, and the checksum of that.</summary>
    /// <param name="header">A header without it.</param>
    public static PartHeaderLayout With(in PartHeaderLayout header) => Sealed(header with { Incompat = header.Incompat | Bit });

    /// <summary>The header without the mark.</summary>
    /// <param name="header">A header, perhaps marked, perhaps torn between marked and not.</param>
    /// <param name="isMarked">Whether it was either of both; otherwise the header is returned as it is.</param>
    public static PartHeaderLayout Without(in PartHeaderLayout header, out bool isMarked)
    {
        isMarked = false;
        PartHeaderLayout clean = Sealed(header with { Incompat = header.Incompat & ~Bit });
        if (header.Incompat == clean.Incompat && header.Checksum == clean.Checksum)
        {
            return header;
        }

        isMarked = header.Checksum == clean.Checksum || header.Checksum == With(in header).Checksum;
        return isMarked ? clean : header;
    }

    private static PartHeaderLayout Sealed(PartHeaderLayout header)
    {
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }
}
