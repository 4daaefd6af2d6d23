using System.Numerics;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Resync;

/// <summary>
/// One bit for each 64 KiB of a pool: what one replica missed. A region that is being copied keeps its bit when it is missed
/// again meanwhile. Allocates nothing. Threads: safe.
/// </summary>
/// <typeparam name="TMedium">The medium.</typeparam>
internal sealed class MissedBitmap<TMedium>
    where TMedium : struct, IPmemMedium
{
    internal const int RegionBytes = 64 << 10;

    private const long BitsOffset = 4096;
    private const int WordBits = 64;

    private readonly Lock _lock = new();
    private readonly TMedium _medium;
    private readonly long _regions;
    private readonly HashSet<long> _hit = [];
    private (long First, long End) _copied;

    /// <summary>Opens a bitmap, or makes one with all bits set where there is none for this set and size.</summary>
    internal MissedBitmap(TMedium medium, Guid set, long poolBytes)
    {
        _medium = medium;
        _regions = (poolBytes + RegionBytes - 1) / RegionBytes;
        MissedRegionsLayout wanted = new()
        {
            Magic = MissedRegionsLayout.HeadMagic,
            Version = MissedRegionsLayout.CurrentVersion,
            RegionBytes = RegionBytes,
            SetUuid = set,
            PoolBytes = poolBytes,
        };
        wanted.Checksum = Crc32C.Compute(Blittable.AsBytes(in wanted)[..MissedRegionsLayout.ChecksumOffset]);
        if (!medium.Window(0, MissedRegionsLayout.SizeBytes).SequenceEqual(Blittable.AsBytes(in wanted)))
        {
            Fill();
            _medium.Store(0, Blittable.AsBytes(in wanted));

            // P2: crash before here: the bitmap is made again, with all bits set.
            _medium.Persist(0, MissedRegionsLayout.SizeBytes, MissedOrdering.P2);
        }
    }

    /// <summary>Gets how many regions the replica missed.</summary>
    internal long Count
    {
        get
        {
            lock (_lock)
            {
                long count = 0;
                for (long word = 0; word < Words; word++)
                {
                    count += BitOperations.PopCount(_medium.Load64(Place(word)));
                }

                return count;
            }
        }
    }

    private long Words => (_regions + WordBits - 1) / WordBits;

    /// <summary>Size of the file: whole pages.</summary>
    internal static long FileBytesOf(long poolBytes)
    {
        const long RegionsPerPage = 8 * BitsOffset;
        long regions = (poolBytes + RegionBytes - 1) / RegionBytes;
        return BitsOffset * (1 + ((regions + RegionsPerPage - 1) / RegionsPerPage));
    }

    /// <summary>Sets the bits of a range. Persisted on return; where all are set already, nothing is done.</summary>
    internal void Add(long offset, long lengthBytes)
    {
        if (offset < 0 || lengthBytes < 0 || offset > (_regions * RegionBytes) - lengthBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), FormattableString.Invariant(
                $"{lengthBytes} bytes at offset {offset} do not lie in a pool of {_regions} regions of {RegionBytes} bytes."));
        }

        if (lengthBytes == 0)
        {
            return;
        }

        long first = offset / RegionBytes;
        long last = (offset + lengthBytes - 1) / RegionBytes;
        lock (_lock)
        {
            for (long region = Math.Max(first, _copied.First); region <= last && region < _copied.End; region++)
            {
                _hit.Add(region);
            }

            bool isFlushed = false;
            for (long word = first / WordBits; word <= last / WordBits; word++)
            {
                ulong before = _medium.Load64(Place(word));
                ulong after = before | Mask(word, first, last);
                if (after != before)
                {
                    _medium.Store64(Place(word), after);
                    _medium.Flush(Place(word), sizeof(ulong), MissedOrdering.P1);
                    isFlushed = true;
                }
            }

            if (isFlushed)
            {
                // P1: crash before here: the write was not reported, and the clean flag of the primary is not set.
                _medium.Drain(MissedOrdering.P1);
            }
        }
    }

    /// <summary>Sets all bits. Persisted on return.</summary>
    internal void Fill()
    {
        lock (_lock)
        {
            for (long region = _copied.First; region < _copied.End; region++)
            {
                _hit.Add(region);
            }

            for (long word = 0; word < Words; word++)
            {
                _medium.Store64(Place(word), Mask(word, 0, _regions - 1));
            }

            // P2: crash before here: neither head nor metadata say that the bitmap is complete.
            _medium.Persist(BitsOffset, Words * sizeof(ulong), MissedOrdering.P2);
        }
    }

    /// <summary>The first region from one on whose bit is set; -1 for none.</summary>
    internal long Next(long from)
    {
        lock (_lock)
        {
            for (long word = from / WordBits; word < Words; word++)
            {
                ulong bits = _medium.Load64(Place(word));
                bits &= word == from / WordBits ? ulong.MaxValue << (int)(from % WordBits) : ulong.MaxValue;
                if (bits != 0)
                {
                    return (word * WordBits) + BitOperations.TrailingZeroCount(bits);
                }
            }

            return -1;
        }
    }

    /// <summary>Regions from one on are about to be copied: whoever is missed from now on keeps its bit.</summary>
    internal void BeginCopy(long first, long end)
    {
        lock (_lock)
        {
            _copied = (first, end);
            _hit.Clear();
        }
    }

    /// <summary>The regions of <see cref="BeginCopy"/> are durable at the replica: their bits go, save those missed again.</summary>
    internal void EndCopy()
    {
        lock (_lock)
        {
            for (long region = _copied.First; region < _copied.End; region++)
            {
                if (!_hit.Contains(region))
                {
                    long place = Place(region / WordBits);
                    _medium.Store64(place, _medium.Load64(place) & ~(1UL << (int)(region % WordBits)));
                }
            }

            _copied = default;
            _hit.Clear();
        }
    }

    private static long Place(long word) => BitsOffset + (word * sizeof(ulong));

    private static ulong Mask(long word, long first, long last)
    {
        int low = (int)Math.Max(first - (word * WordBits), 0);
        int high = (int)Math.Min(last - (word * WordBits), WordBits - 1);
        return (ulong.MaxValue << low) & (ulong.MaxValue >> (WordBits - 1 - high));
    }
}
