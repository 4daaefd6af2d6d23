using PmemTyped.Mapping;

namespace PmemTyped.Objects.Transactions;

/// <summary>
/// Flushes ranges one behind the other and joins those that share or touch a line, or a page where a flush is a sync.
/// </summary>
/// <param name="medium">The medium.</param>
/// <param name="point">The ordering point of the flushes.</param>
internal ref struct FlushRun<TMedium>(TMedium medium, OrderingPoint point)
    where TMedium : struct, IPmemMedium
{
    private const long LineBytes = 64;
    private const long PageBytes = 4096;

    private readonly long _unit = medium.Granularity == StoreGranularity.Page ? PageBytes : LineBytes;
    private long _start;
    private long _end;

    internal void Add(long offset, long lengthBytes)
    {
        long start = offset & -_unit;
        long end = (offset + lengthBytes + _unit - 1) & -_unit;
        if (_end != 0 && start <= _end && end >= _start)
        {
            _start = Math.Min(_start, start);
            _end = Math.Max(_end, end);
            return;
        }

        End();
        _start = start;
        _end = end;
    }

    internal void End()
    {
        if (_end != 0)
        {
            medium.Flush(_start, Math.Min(_end, medium.LengthBytes) - _start, point);
            _end = 0;
        }
    }
}
