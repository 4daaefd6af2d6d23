using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>
/// Restores damaged part headers. Every field but the creation time stands somewhere else too: in the links of neighbours, in
/// the headers of other parts, or it has one possible value. The stored checksum says whether the restored header is the one
/// that was there. Nothing is written. Threads: one at a time.
/// </summary>
public sealed class PartHeaderRepair
{
    // A sound header is believed before any number of damaged ones.
    private const int SoundWeight = 1_000_000;

    // Of what damaged headers call the pool so much is tried; of more there is nothing left to restore.
    private const int MaxPools = 8;

    private static readonly PoolFeatures[] s_features =
        [PoolFeatures.Default, PoolFeatures.Checksum2K, PoolFeatures.None, PoolFeatures.ShutdownState];

    private readonly PartHeaderLayout[][] _headers;
    private readonly ulong _signature;
    private readonly PoolFeatures _single;
    private readonly Guid? _pool;

    /// <summary>Initializes a new instance of the <see cref="PartHeaderRepair"/> class.</summary>
    /// <param name="headers">The headers by replica and part, only of parts that have one; those that are restored change.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="isSingleHeader">Whether only first parts have headers.</param>
    /// <param name="pool">What the content says is the identity of the pool, or null.</param>
    public PartHeaderRepair(PartHeaderLayout[][] headers, ulong signature, bool isSingleHeader, Guid? pool)
    {
        ArgumentNullException.ThrowIfNull(headers);
        _headers = headers;
        _signature = signature;
        _single = isSingleHeader ? PoolFeatures.SingleHeader : PoolFeatures.None;
        _pool = pool ?? headers.SelectMany(r => r).Where(IsSound).Select(h => (Guid?)h.PoolSetUuid).FirstOrDefault();
    }

    /// <summary>
    /// Restores one header; later ones are restored with what it says. A header with the right checksum means what it says, be
    /// it another type, version or machine, and is left alone; so is a page that nothing calls a header of such a pool.
    /// </summary>
    /// <param name="replica">Number of the replica, from 0.</param>
    /// <param name="part">Number of the part, from 0.</param>
    /// <param name="guesses">Whether a header is wanted that only makes the pool usable.</param>
    /// <param name="isCertain">Whether it is the header that was there.</param>
    /// <returns>The header with its checksum, or null when there is nothing to restore or nothing to restore it from.</returns>
    public PartHeaderLayout? Restore(int replica, int part, bool guesses, out bool isCertain)
    {
        PartHeaderLayout stored = _headers[replica][part];
        isCertain = false;
        if (IsTold(in stored) || (stored.Signature != _signature && _pool is null))
        {
            return null;
        }

        PartLinks links = PoolSets.PoolSetHeaders.LinksOf(Identities(), replica, part);
        foreach (PartHeaderLayout candidate in Candidates(stored, links))
        {
            if (candidate.Checksum == stored.Checksum)
            {
                isCertain = true;
                return _headers[replica][part] = candidate;
            }
        }

        return guesses ? _headers[replica][part] = Guess(stored, links) : null;
    }

    private static bool IsTold(in PartHeaderLayout header) =>
        header.Checksum == PartHeader.ComputeChecksum(in header) && Blittable.AsBytes(in header).ContainsAnyExcept((byte)0);

    private bool IsSound(PartHeaderLayout header) => PartHeader.Examine(in header, _signature, isPartOfSet: true) is null;

    private IEnumerable<PartHeaderLayout> Candidates(PartHeaderLayout stored, PartLinks links)
    {
        IEnumerable<Guid> called = _headers.SelectMany(r => r).Select(h => h.PoolSetUuid).Distinct();
        foreach (Guid pool in called.Take(MaxPools).Prepend(stored.PoolSetUuid).Prepend(_pool ?? stored.PoolSetUuid).Distinct())
        {
            foreach (PoolFeatures features in s_features)
            {
                yield return Canonical(stored, pool, links, features, PartHeader.CheckBadBlocks);
                yield return Canonical(stored, pool, links, features, compat: 0);
            }
        }
    }

    private PartHeaderLayout Guess(PartHeaderLayout stored, PartLinks links)
    {
        PartHeaderLayout model = _headers.SelectMany(r => r).Where(IsSound).Append(stored).First();
        PoolFeatures features = (PoolFeatures)model.Incompat & ~PoolFeatures.SingleHeader;
        bool isKnown = s_features.Contains(features) && model.Compat <= PartHeader.CheckBadBlocks;
        return Canonical(
            stored,
            _pool ?? stored.PoolSetUuid,
            links,
            isKnown ? features : PoolFeatures.Default,
            isKnown ? model.Compat : PartHeader.CheckBadBlocks);
    }

    private PartHeaderLayout Canonical(PartHeaderLayout stored, Guid pool, PartLinks links, PoolFeatures features, uint compat)
    {
        bool keepsState = features.HasFlag(PoolFeatures.ShutdownState);
        PartHeaderLayout header = PartHeader.ForPart(
            _signature, features | _single, stored.CreationTimeSeconds, pool, links, keepsState ? stored.ShutdownState : default);
        header.Compat = compat;
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }

    // What most headers call each part. That of a part alone stands in its header five times.
    private Guid[][] Identities()
    {
        var claims = _headers.Select(r => r.Select(_ => new Dictionary<Guid, int>()).ToArray()).ToArray();
        for (int r = 0; r < claims.Length; r++)
        {
            Dictionary<Guid, int>[] own = claims[r];
            for (int p = 0; p < own.Length; p++)
            {
                PartHeaderLayout header = _headers[r][p];
                int weight = IsSound(header) ? SoundWeight : 1;
                Claim(own[p], header.PartUuid, weight);
                Claim(own[(p + own.Length - 1) % own.Length], header.PreviousPartUuid, weight);
                Claim(own[(p + 1) % own.Length], header.NextPartUuid, weight);
                Claim(claims[(r + claims.Length - 1) % claims.Length][0], header.PreviousReplicaUuid, weight);
                Claim(claims[(r + 1) % claims.Length][0], header.NextReplicaUuid, weight);
            }
        }

        return [.. claims.Select(r => r.Select(Agreed).ToArray())];
    }

    private static Guid Agreed(Dictionary<Guid, int> claims) =>
        claims.Count == 0 ? Guid.NewGuid() : claims.MaxBy(c => c.Value).Key;

    private static void Claim(Dictionary<Guid, int> claims, Guid id, int weight)
    {
        if (id != Guid.Empty)
        {
            claims[id] = claims.GetValueOrDefault(id) + weight;
        }
    }
}
