namespace PmemTyped.Mapping;

/// <summary>
/// Stores through a map and remembers from where to where bytes were stored, until they are persisted. One range, because
/// a stream is mostly written in order. The caller keeps the map alive.
/// </summary>
internal struct StoredRange
{
    // The write-back of a gap costs time for each of its lines and, in a sparse file, memory for each of its pages.
    private const long MaxGapBytes = 64 * 1024;

    private readonly PmemMap _map;
    private long _start;
    private long _end;

    internal StoredRange(PmemMap map) => _map = map;

    internal void Store(long offset, ReadOnlySpan<byte> source)
    {
        MapMedium medium = _map.DangerousGetMedium();
        long end = offset + source.Length;
        bool isFar = offset - _end > MaxGapBytes || _start - end > MaxGapBytes;

        // The kernel knows which pages of a gap are dirty, and a sync costs milliseconds; lines are the other way round.
        if (isFar && medium.Granularity != StoreGranularity.Page)
        {
            Persist();
        }

        medium.Store(offset, source);
        bool isFirst = _start == _end;
        _start = isFirst ? offset : Math.Min(_start, offset);
        _end = isFirst ? end : Math.Max(_end, end);
    }

    internal void Persist()
    {
        if (_start < _end)
        {
            _map.DangerousGetMedium().Persist(_start, _end - _start, default);
            _end = _start;
        }
    }
}
