using System.Runtime.CompilerServices;
using PmemTyped.Mapping;

namespace PmemTyped.Sets;

/// <summary>
/// From flushes to persist events: remembers what each thread flushed, and tells the observer after the thread drained. A
/// drain covers flushes of its own thread only, so the memory is per thread. Given to <see cref="PmemMap.Join"/> it hears
/// everything that is made durable through a map: leases, cursors and pools alike. Threads: safe.
/// </summary>
/// <param name="observer">Is told of every range, one at a time.</param>
public sealed class PersistRelay(IPersistObserver observer) : IPersistListener
{
    private readonly Lock _order = new();
    private readonly ConditionalWeakTable<Thread, List<(long Offset, long LengthBytes)>> _flushed = [];
    private long _sequence;

    /// <inheritdoc/>
    public void Flushed(long offset, long lengthBytes)
    {
        if (lengthBytes <= 0)
        {
            return;
        }

        List<(long Offset, long LengthBytes)> flushed = _flushed.GetOrCreateValue(Thread.CurrentThread);
        if (flushed.Count > 0 && flushed[^1].Offset + flushed[^1].LengthBytes == offset)
        {
            flushed[^1] = (flushed[^1].Offset, flushed[^1].LengthBytes + lengthBytes);
        }
        else
        {
            flushed.Add((offset, lengthBytes));
        }
    }

    /// <inheritdoc/>
    public void Drained()
    {
        List<(long Offset, long LengthBytes)> flushed = _flushed.GetOrCreateValue(Thread.CurrentThread);
        if (flushed.Count == 0)
        {
            return;
        }

        try
        {
            lock (_order)
            {
                foreach ((long offset, long lengthBytes) in flushed)
                {
                    observer.OnPersisted(new PersistEvent(++_sequence, offset, lengthBytes));
                }
            }
        }
        finally
        {
            flushed.Clear();
        }

        observer.OnDrained();
    }
}
