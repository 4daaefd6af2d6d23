namespace PmemTyped.Replication;

/// <summary>Is told what a replica that is away misses. Ranges may grow to whole regions, and equal ones become one.</summary>
public interface IMissedRanges
{
    /// <summary>
    /// A range is missed. Comes before the call that stored it returns, so what must outlive a crash is made durable here.
    /// </summary>
    /// <param name="offset">First byte in the pool.</param>
    /// <param name="lengthBytes">Number of bytes, greater than zero.</param>
    void Add(long offset, long lengthBytes);
}
