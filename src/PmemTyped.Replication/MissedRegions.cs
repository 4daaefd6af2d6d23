using System.Numerics;

namespace PmemTyped.Replication;

/// <summary>A bitmap in memory, one bit for each 64 KiB. A crash of this process forgets it. Threads: one at a time.</summary>
/// <param name="windowBytes">Size of the pool in bytes.</param>
public sealed class MissedRegions(long windowBytes) : IMissedRegions
{
    /// <summary>The size of a region.</summary>
    public const long RegionBytes = 64 << 10;

    private readonly ulong[] _words = new ulong[(windowBytes + (64 * RegionBytes) - 1) / (64 * RegionBytes)];
    private int _first;

    /// <inheritdoc/>
    public long Count { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the pool, or is empty.</exception>
    public void Add(long offset, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, windowBytes - offset);
        for (long region = offset / RegionBytes; region <= (offset + lengthBytes - 1) / RegionBytes; region++)
        {
            ref ulong word = ref _words[region / 64];
            ulong bit = 1UL << (int)(region % 64);
            if ((word & bit) == 0)
            {
                word |= bit;
                Count++;
                _first = (int)Math.Min(_first, region / 64);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryTake(out long offset, out long lengthBytes)
    {
        for (; _first < _words.Length; _first++)
        {
            ref ulong word = ref _words[_first];
            if (word != 0)
            {
                offset = ((_first * 64L) + BitOperations.TrailingZeroCount(word)) * RegionBytes;
                lengthBytes = Math.Min(RegionBytes, windowBytes - offset);
                word &= word - 1;
                Count--;
                return true;
            }
        }

        offset = 0;
        lengthBytes = 0;
        return false;
    }
}
