using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Tests;

/// <summary>A recording medium for several threads: one call at a time.</summary>
internal readonly struct SynchronizedMedium(RecordingMedium inner, object gate) : IPmemMedium
{
    public long LengthBytes => inner.LengthBytes;

    public StoreGranularity Granularity => inner.Granularity;

    public void ThrowIfFaulted()
    {
        lock (gate)
        {
            inner.ThrowIfFaulted();
        }
    }

    public uint Load32(long offset)
    {
        lock (gate)
        {
            return inner.Load32(offset);
        }
    }

    public ulong Load64(long offset)
    {
        lock (gate)
        {
            return inner.Load64(offset);
        }
    }

    public void Load(long offset, Span<byte> destination)
    {
        lock (gate)
        {
            inner.Load(offset, destination);
        }
    }

    public void Prefetch(long offset)
    {
        lock (gate)
        {
            inner.Prefetch(offset);
        }
    }

    public void Preload(long offset, long lengthBytes)
    {
        lock (gate)
        {
            inner.Preload(offset, lengthBytes);
        }
    }

    public ReadOnlySpan<byte> Window(long offset, int lengthBytes)
    {
        lock (gate)
        {
            return inner.Window(offset, lengthBytes);
        }
    }

    public void Store32(long offset, uint value)
    {
        lock (gate)
        {
            inner.Store32(offset, value);
        }
    }

    public void Store64(long offset, ulong value)
    {
        lock (gate)
        {
            inner.Store64(offset, value);
        }
    }

    public void Store(long offset, ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            inner.Store(offset, source);
        }
    }

    public void StoreFlushed(long offset, ReadOnlySpan<byte> source, OrderingPoint point)
    {
        lock (gate)
        {
            inner.StoreFlushed(offset, source, point);
        }
    }

    public void ClearFlushed(long offset, long lengthBytes, OrderingPoint point)
    {
        lock (gate)
        {
            inner.ClearFlushed(offset, lengthBytes, point);
        }
    }

    public void Flush(long offset, long lengthBytes, OrderingPoint point)
    {
        lock (gate)
        {
            inner.Flush(offset, lengthBytes, point);
        }
    }

    public void Drain(OrderingPoint point)
    {
        lock (gate)
        {
            inner.Drain(point);
        }
    }

    public void Persist(long offset, long lengthBytes, OrderingPoint point)
    {
        lock (gate)
        {
            inner.Persist(offset, lengthBytes, point);
        }
    }
}
