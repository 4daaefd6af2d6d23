using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Writes of callers who do not wait in a thread. They line up; one work item of the thread pool, there only while
/// somebody waits, writes what has lined up in groups and answers. So callers share flush waves. Threads: safe.
/// </summary>
/// <param name="table">Writes the blocks.</param>
/// <param name="batch">Begins what is waited for once where copies are kept elsewhere.</param>
internal sealed class WriteQueue<TMedium>(
    BlockTranslationTable<TMedium> table, WriteQueue<TMedium>.Batching batch) : IThreadPoolWorkItem
    where TMedium : struct, IPmemMedium
{
    private readonly Queue<WriteRequest> _waiting = new();
    private readonly List<WriteRequest> _writes = new(WriteGroup.MaxSlots);
    private readonly List<WriteRequest> _waits = [];
    private readonly long[] _blocks = new long[WriteGroup.MaxSlots];
    private readonly CommitDelay _delay = new();
    private bool _isWorking;

    internal delegate PersistBatch Batching();

    /// <summary>Lines up a block, or, without a block, a wait for all before. The task ends when it is persisted.</summary>
    internal Task Add(long? block, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var request = new WriteRequest(block, content, cancellation);
        bool begins;
        lock (_waiting)
        {
            _waiting.Enqueue(request);
            if (_delay.IsLast(_waiting.Count))
            {
                Monitor.PulseAll(_waiting);
            }

            begins = !_isWorking;
            _isWorking = true;
        }

        if (begins)
        {
            _ = ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return request.Task;
    }

    /// <summary>Writes until nobody waits. Only one thread at a time is here.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (Take())
        {
            Write();
            foreach (WriteRequest wait in _waits)
            {
                Answer(wait, table.ThrowIfFaulted);
            }

            _writes.Clear();
            _waits.Clear();
        }
    }

    // Blocks of a group and the waits that came between them; these end with the group.
    private bool Take()
    {
        lock (_waiting)
        {
            _delay.Begin(WriteGroup.MaxSlots);
            while (_waiting.Count > 0 && _delay.GoesOn(_waiting.Count))
            {
                _ = Monitor.Wait(_waiting, CommitDelay.Longest);
            }

            while (_writes.Count < WriteGroup.MaxSlots && _waiting.TryDequeue(out WriteRequest? request))
            {
                if (request.Cancellation.IsCancellationRequested)
                {
                    _ = request.TrySetCanceled(request.Cancellation);
                }
                else if (request.Block is { } block)
                {
                    _blocks[_writes.Count] = block;
                    _writes.Add(request);
                }
                else
                {
                    _waits.Add(request);
                }
            }

            _isWorking = _writes.Count + _waits.Count > 0;
            return _isWorking;
        }
    }

    // One damaged block must not fail the others: when a group fails, each block is written again and answers for
    // itself. The same contents in the same order change nothing, and a faulted medium refuses them all.
    [SuppressMessage("Design", "CA1031", Justification = "Nothing is lost: the blocks that fail, fail again below.")]
    private void Write()
    {
        bool isWritten = false;
        long began = Stopwatch.GetTimestamp();
        try
        {
            using (batch())
            {
                table.WriteMany(_blocks.AsSpan(0, _writes.Count), new QueuedContents(_writes));
            }

            isWritten = true;
        }
        catch (Exception)
        {
            // Below.
        }

        lock (_waiting)
        {
            _delay.Written(_writes.Count, _waiting.Count, Stopwatch.GetElapsedTime(began));
        }

        foreach (WriteRequest request in _writes)
        {
            Answer(request, () =>
            {
                if (!isWritten)
                {
                    using scoped PersistBatch alone = batch();
                    table.Write(request.Block!.Value, request.Content.Span);
                }
            });
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The failure is the answer; a work item must not throw.")]
    private static void Answer(WriteRequest request, Action action)
    {
        try
        {
            action();
            request.SetResult();
        }
        catch (Exception failure)
        {
            request.SetException(failure);
        }
    }
}
