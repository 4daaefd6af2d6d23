namespace PmemTyped.Replication.Target;

/// <summary>
/// What is stored and not synced yet, in whole pages, merged where ranges meet; a few of them, so that one drain is a few
/// system calls. Allocates once.
/// </summary>
internal sealed class DirtyRanges
{
    private const int MaxRanges = 16;
    private const long PageBytes = 4096;

    private readonly (long Start, long End)[] _ranges = new (long Start, long End)[MaxRanges];
    private int _count;

    internal ReadOnlySpan<(long Start, long End)> Ranges => _ranges.AsSpan(0, _count);

    /// <summary>Takes a range in; where no place is left, into the range that grows least by it.</summary>
    internal void Add(long offset, long lengthBytes)
    {
        long start = offset / PageBytes * PageBytes;
        long end = (offset + lengthBytes + PageBytes - 1) / PageBytes * PageBytes;
        int best = -1;
        long bestGrowth = long.MaxValue;
        for (int i = 0; i < _count; i++)
        {
            (long s, long e) = _ranges[i];
            long growth = Math.Max(end, e) - Math.Min(start, s) - (e - s);
            bool meets = start <= e && end >= s;
            if (meets || (_count == MaxRanges && growth < bestGrowth))
            {
                best = i;
                bestGrowth = growth;
            }

            if (meets)
            {
                break;
            }
        }

        if (best < 0)
        {
            _ranges[_count++] = (start, end);
        }
        else
        {
            _ranges[best] = (Math.Min(start, _ranges[best].Start), Math.Max(end, _ranges[best].End));
        }
    }

    internal void Clear() => _count = 0;
}
