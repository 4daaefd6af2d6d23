namespace PmemTyped.Blocks.Btt;

/// <summary>
/// A group of writes of different threads. It forms while the first of them, who leads it, waits for the waves before to
/// end; then nobody can join any more, the leader writes for all, and the last one to leave gives the slots back.
/// </summary>
internal sealed class SharedGroup
{
    // Waited for without spinning: waves of storage last long, and the CPU has other writers to run.
    private readonly object _gate = new();
    private bool _isComplete;
    private int _ready;
    private int _leaving;
    private Exception? _failure;

    internal SharedGroup(WriteGroup writes) => Writes = writes;

    internal WriteGroup Writes { get; private set; }

    /// <summary>Begins anew, as it was made.</summary>
    internal void Reuse(WriteGroup writes)
    {
        Writes = writes;
        _ready = 0;
        _failure = null;
        _isComplete = false;
    }

    /// <summary>Notes that a member's content is stored, or will not be.</summary>
    internal void MarkReady() => Interlocked.Increment(ref _ready);

    /// <summary>Waits for the members, of whom there will be no more. Each is copying one block.</summary>
    internal void WaitUntilReady()
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _ready) < Writes.Count)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        _leaving = Writes.Count;
    }

    /// <summary>Lets the members go; a failure is the same for all.</summary>
    internal void Complete(Exception? failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _isComplete = true;
            Monitor.PulseAll(_gate);
        }
    }

    internal void WaitUntilComplete()
    {
        lock (_gate)
        {
            while (!_isComplete)
            {
                _ = Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>What a member has to throw, or null.</summary>
    internal Exception? FailureOf(int entry) => Writes.Entry(entry).Failure ?? _failure;

    /// <summary>Leaves; true for the last one.</summary>
    internal bool Leave() => Interlocked.Decrement(ref _leaving) == 0;
}
