namespace PmemTyped.Sets.Parts;

/// <summary>
/// Finds the last of many addresses that is at or before another one. The range between the first and the last is cut into
/// up to twice as many equal buckets as there are addresses, and a table says where each begins, so that addresses which are
/// spread like parts of similar size are found with a step or two; any others in the logarithm of their number. Immutable.
/// </summary>
internal sealed class StartIndex
{
    // Below this the table costs more than it saves.
    private const int MinTabled = 32;

    private readonly long[] _starts;

    // For each bucket the index of the last address at or before its first byte, and the last index behind them.
    private readonly int[] _buckets;
    private readonly int _shift;

    /// <param name="starts">The addresses, ascending. They belong to the index.</param>
    internal StartIndex(long[] starts)
    {
        _starts = starts;
        if (starts.Length < MinTabled)
        {
            _buckets = [];
            return;
        }

        long span = starts[^1] - starts[0];
        while (span >> _shift >= 2L * starts.Length)
        {
            _shift++;
        }

        _buckets = new int[(span >> _shift) + 2];
        int index = 0;
        for (int bucket = 0; bucket < _buckets.Length - 1; bucket++)
        {
            while (index + 1 < starts.Length && (starts[index + 1] - starts[0]) <= (long)bucket << _shift)
            {
                index++;
            }

            _buckets[bucket] = index;
        }

        _buckets[^1] = starts.Length - 1;
    }

    internal long this[int index] => _starts[index];

    /// <summary>The index of the last address at or before one, or -1.</summary>
    internal int AtOrBefore(long address)
    {
        long[] starts = _starts;
        if (starts.Length == 0 || starts[0] > address)
        {
            return -1;
        }

        int low = 0;
        int count = starts.Length;
        int[] buckets = _buckets;
        if (buckets.Length > 0)
        {
            long bucket = Math.Min((address - starts[0]) >> _shift, buckets.Length - 2);
            low = buckets[bucket];
            count = buckets[bucket + 1] - low + 1;
        }

        while (count > 1)
        {
            int half = count >> 1;

            // Without a branch, which would be guessed wrong every second time: all ones where the start is not beyond.
            low += half & (int)((starts[low + half] - address - 1) >> 63);
            count -= half;
        }

        return low;
    }
}
