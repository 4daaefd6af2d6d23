namespace PmemTyped.Mapping;

/// <summary>
/// Hears every flush and drain of one map, after it happened, on the thread that did it: leases, cursors and protocol cores
/// alike. An exception leaves through the flushing or draining call. Threads: called by many at once.
/// </summary>
public interface IPersistListener
{
    /// <summary>A range was flushed, and becomes durable with the next drain of this thread at the latest.</summary>
    /// <param name="offset">Byte offset in the map.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    void Flushed(long offset, long lengthBytes);

    /// <summary>Everything that this thread flushed before is durable.</summary>
    void Drained();
}
