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
    private readonly ConditionalWeakTable<Thread, Local> _threads = [];
    private readonly Lock _ending = new();
    private long _sequence;
    private int _batches;
    private Action? _close;

    /// <inheritdoc/>
    public void Flushed(long offset, long lengthBytes)
    {
        if (lengthBytes <= 0)
        {
            return;
        }

        List<(long Offset, long LengthBytes)> flushed = Here.Flushed;
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
        Local here = Here;
        List<(long Offset, long LengthBytes)> flushed = here.Flushed;
        if (here.Batches == 0 && Volatile.Read(ref _close) is not null)
        {
            flushed.Clear();
        }

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

        if (here.Batches == 0)
        {
            observer.OnDrained();
        }
    }

    /// <summary>
    /// Joins the drains of this thread until the batch ends: <c>using scoped PersistBatch batch = relay.BeginBatch();</c>. Ranges
    /// are told of as ever, in their order; only <see cref="IPersistObserver.OnDrained"/> comes once, at the end. What it throws
    /// comes then, when no protocol is in the middle of its steps.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The observer was closed, or is about to be.</exception>
    public PersistBatch BeginBatch()
    {
        Local here = Here;
        if (here.Batches == 0)
        {
            Enter();
            try
            {
                observer.OnBatchBegins();
            }
            catch
            {
                Leave();
                throw;
            }
        }

        here.Batches++;
        return new PersistBatch(this);
    }

    internal void EndBatch()
    {
        if (--Here.Batches == 0)
        {
            try
            {
                observer.OnDrained();
            }
            finally
            {
                Leave();
            }
        }
    }

    /// <summary>
    /// Closes the observer: now, or where batches are under way by the thread that ends the last of them, so that what a batch
    /// has stored is told of and waited for. No other batch begins, and what is stored outside of them is not told of any more.
    /// </summary>
    /// <param name="close">Closes it. Runs once, behind what was given before.</param>
    internal void End(Action close)
    {
        lock (_ending)
        {
            _close += close;
            if (_batches > 0)
            {
                return;
            }
        }

        close();
    }

    private void Enter()
    {
        lock (_ending)
        {
            ObjectDisposedException.ThrowIf(_close is not null, observer);
            _batches++;
        }
    }

    private void Leave()
    {
        Action? close;
        lock (_ending)
        {
            close = --_batches == 0 ? _close : null;
        }

        close?.Invoke();
    }

    private Local Here => _threads.GetOrCreateValue(Thread.CurrentThread);

    /// <summary>What one thread has under way.</summary>
    private sealed class Local
    {
        internal List<(long Offset, long LengthBytes)> Flushed { get; } = [];

        internal int Batches { get; set; }
    }
}
