namespace PmemTyped.Sets;

/// <summary>
/// Several drains of one thread that are waited for once, where copies are kept elsewhere: what is written in them returns when
/// the batch has ended. Batches nest; the outermost one waits. Threads: that which began it.
/// </summary>
public ref struct PersistBatch
{
    private PersistRelay? _relay;

    internal PersistBatch(PersistRelay? relay) => _relay = relay;

    /// <summary>
    /// Ends it; a second call does nothing. Replicated on return, as far as the observer promises it: also what other threads
    /// had told of before, so that a thread whose write another one carried out waits for it too.
    /// </summary>
    public void Dispose()
    {
        PersistRelay? relay = _relay;
        _relay = null;
        relay?.EndBatch();
    }
}
