using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// The links around a part that growth adds to a replica whose parts all have headers. The new part and its line in the set
/// file come first and the links of its two neighbours last, so a crash can leave neighbours whose links still pass the new
/// part by, or are torn between both. From these everything can be told, because link and checksum have only two values each.
/// </summary>
internal static class PoolSetLinks
{
    /// <summary>The header of a part behind the last one of a replica.</summary>
    internal static PartHeaderLayout Appended(in PartHeaderLayout first, in PartHeaderLayout last)
    {
        PartHeaderLayout header = PoolMark.Without(in first, PoolFeatures.Growing, out _);
        header.PartUuid = Guid.NewGuid();
        header.PreviousPartUuid = last.PartUuid;
        header.NextPartUuid = first.PartUuid;
        header.CreationTimeSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        header.ShutdownState = default;
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }

    /// <summary>Makes a neighbour of the last part link to it, if it is the only thing that is missing.</summary>
    /// <param name="headers">The headers of a replica; the one of the part is changed.</param>
    /// <param name="part">Which one.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <returns>Whether it was changed.</returns>
    internal static bool Settle(PartHeaderLayout[] headers, int part, ulong signature)
    {
        int last = headers.Length - 1;
        bool isNeighbour = last > 0 && part != last && (part == 0 || part == last - 1);
        if (!isNeighbour)
        {
            return false;
        }

        PartHeaderLayout added = headers[last];
        PartHeaderLayout before = headers[last - 1];
        bool isAppended = added.PreviousPartUuid == before.PartUuid
            && added.NextPartUuid == headers[0].PartUuid
            && PartHeader.Examine(in added, signature, isPartOfSet: true) is null;
        if (!isAppended)
        {
            return false;
        }

        PartHeaderLayout stored = headers[part];
        PartHeaderLayout past = Linked(stored, part, last, before.PartUuid, headers[0].PartUuid);
        PartHeaderLayout wanted = Linked(stored, part, last, added.PartUuid, added.PartUuid);
        bool isOneOfBoth = (stored.Checksum == past.Checksum || stored.Checksum == wanted.Checksum)
            && IsMixOf(stored.PreviousPartUuid, past.PreviousPartUuid, wanted.PreviousPartUuid)
            && IsMixOf(stored.NextPartUuid, past.NextPartUuid, wanted.NextPartUuid);
        bool isDone = stored.Checksum == wanted.Checksum
            && stored.PreviousPartUuid == wanted.PreviousPartUuid
            && stored.NextPartUuid == wanted.NextPartUuid;
        if (isDone || !isOneOfBoth)
        {
            return false;
        }

        headers[part] = wanted;
        return true;
    }

    // The first part links back to the last one, the one before the last links on to it; with two parts that is one part.
    private static PartHeaderLayout Linked(PartHeaderLayout header, int part, int last, Guid previous, Guid next)
    {
        header.PreviousPartUuid = part == 0 ? previous : header.PreviousPartUuid;
        header.NextPartUuid = part == last - 1 ? next : header.NextPartUuid;
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }

    private static bool IsMixOf(Guid stored, Guid a, Guid b)
    {
        (ulong low, ulong high) = Halves(stored);
        (ulong lowA, ulong highA) = Halves(a);
        (ulong lowB, ulong highB) = Halves(b);
        return (low == lowA || low == lowB) && (high == highA || high == highB);
    }

    private static (ulong Low, ulong High) Halves(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = id.TryWriteBytes(bytes);
        return (BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[8..]));
    }
}
