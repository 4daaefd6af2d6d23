using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Ranges that become durable together: asked for one by one, waited for once. Where lines are flushed, each range is
/// flushed when it is asked for. Where pages are synced, nothing happens until the drain, which is one sync from the
/// first range to the last: the kernel writes the dirty pages in between and skips the clean ones, so one call costs
/// less than one for each range. A page of another thread that is written along is a page that was evicted early.
/// </summary>
internal struct FlushWave<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly bool _isPaged;
    private TMedium _medium;
    private long _start = long.MaxValue;
    private long _end;

    internal FlushWave(TMedium medium)
    {
        _medium = medium;
        _isPaged = medium.Granularity == StoreGranularity.Page;
    }

    /// <summary>Stores bytes that are durable after the drain.</summary>
    internal void Store(long offset, ReadOnlySpan<byte> source, OrderingPoint point)
    {
        if (_isPaged)
        {
            _medium.Store(offset, source);
            Cover(offset, source.Length);
        }
        else
        {
            _medium.StoreFlushed(offset, source, point);
        }
    }

    /// <summary>Makes the drain include a range that was flushed already where lines are flushed.</summary>
    internal void Cover(long offset, long lengthBytes)
    {
        if (_isPaged && _medium is MapMedium map)
        {
            map.Announce(offset, lengthBytes);
        }

        _start = Math.Min(_start, offset);
        _end = Math.Max(_end, offset + lengthBytes);
    }

    /// <summary>Makes the drain include a range; of no bytes does nothing.</summary>
    internal void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
        if (lengthBytes == 0)
        {
            return;
        }

        if (_isPaged)
        {
            Cover(offset, lengthBytes);
        }
        else
        {
            _medium.Flush(offset, lengthBytes, point);
        }
    }

    /// <summary>Waits until everything asked for is durable, and begins anew. Persisted on return.</summary>
    internal void Drain(OrderingPoint point)
    {
        if (!_isPaged)
        {
            _medium.Drain(point);
        }
        else if (_start < _end)
        {
            Sync(point);
        }

        _start = long.MaxValue;
        _end = 0;
    }

    // Copies of the pool get the ranges, not the megabytes between them, and get them now: they keep the order of the waves.
    private void Sync(OrderingPoint point)
    {
        if (_medium is MapMedium map)
        {
            map.PersistAnnounced(_start, _end - _start, point);
        }
        else
        {
            _medium.Flush(_start, _end - _start, point);

            // What is synced is durable; who listens, as mirrors do, is told so by a drain.
            _medium.Drain(point);
        }
    }
}
