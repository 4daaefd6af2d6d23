using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>
/// A mark in the header of a pool that is between two forms: the incompat feature <see cref="PoolFeatures.Growing"/> or
/// <see cref="PoolFeatures.Transforming"/>. A library that does not know it refuses the pool instead of misreading it; one that
/// does finishes what was begun. Feature word and checksum are two stores, so that a crash can leave a mixture of both
/// headers, and every mixture counts as marked.
/// </summary>
public static class PoolMark
{
    /// <summary>The header with the mark, and the checksum of that.</summary>
    /// <param name="header">A header without it.</param>
    /// <param name="mark">One of both features.</param>
    public static PartHeaderLayout With(in PartHeaderLayout header, PoolFeatures mark) =>
        Sealed(header with { Incompat = header.Incompat | (uint)mark });

    /// <summary>The header without the mark.</summary>
    /// <param name="header">A header, perhaps marked, perhaps torn between marked and not.</param>
    /// <param name="mark">One of both features.</param>
    /// <param name="isMarked">Whether it was either of both; otherwise the header is returned as it is.</param>
    public static PartHeaderLayout Without(in PartHeaderLayout header, PoolFeatures mark, out bool isMarked)
    {
        isMarked = false;
        PartHeaderLayout clean = Sealed(header with { Incompat = header.Incompat & ~(uint)mark });
        if (header.Incompat == clean.Incompat && header.Checksum == clean.Checksum)
        {
            return header;
        }

        isMarked = header.Checksum == clean.Checksum || header.Checksum == With(in header, mark).Checksum;
        return isMarked ? clean : header;
    }

    private static PartHeaderLayout Sealed(PartHeaderLayout header)
    {
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }
}
