namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Steps through a part of the map, range by range. The sides of a comparison share one, so that neither always finds the
/// ranges in the cache that the other has just left there.
/// </summary>
internal sealed class Walk(int bytes)
{
    internal const long WalkedBytes = 16L << 20;

    private const int LineBytes = 64;

    private readonly int _step = Math.Max(bytes, LineBytes);
    private long _offset;

    /// <summary>Gets the offset of the next range; ranges never share a line.</summary>
    internal long Next()
    {
        long offset = _offset;
        _offset = (offset + _step) & (WalkedBytes - 1);
        return offset;
    }

    /// <summary>Stores one word into each line of a range, so that each has to be written back.</summary>
    internal static unsafe void Dirty(byte* start, int bytes)
    {
        for (byte* line = start; line < start + bytes; line += LineBytes)
        {
            *(long*)line += 1;
        }
    }
}
