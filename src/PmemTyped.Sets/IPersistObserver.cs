namespace PmemTyped.Sets;

/// <summary>
/// Is told of ranges after they became durable here; the seam of replication. Calls come one at a time, in the order of their
/// numbers, on the thread that drained and before its call returns: what a thread stores because it saw bytes persisted is
/// told of later than these bytes. An exception leaves through the persisting call; the bytes are durable here all the same.
/// </summary>
public interface IPersistObserver
{
    /// <summary>Receives one range.</summary>
    /// <param name="persisted">The range.</param>
    void OnPersisted(in PersistEvent persisted);

    /// <summary>
    /// All ranges of one drain were received, or all of one batch. Comes on the thread that drained, outside of the order of
    /// the ranges, so that who waits here makes nobody else wait.
    /// </summary>
    void OnDrained()
    {
    }

    /// <summary>
    /// A batch of several drains begins on this thread, see <see cref="PersistRelay.BeginBatch"/>. An exception refuses it
    /// before anything is stored.
    /// </summary>
    void OnBatchBegins()
    {
    }
}
