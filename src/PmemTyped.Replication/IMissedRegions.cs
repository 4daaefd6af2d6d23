namespace PmemTyped.Replication;

/// <summary>
/// What one replica misses while it is away; what it is sent when it comes back is taken from here. Calls come one at a time.
/// </summary>
public interface IMissedRegions : IMissedRanges
{
    /// <summary>Gets how many regions are missed.</summary>
    long Count { get; }

    /// <summary>Takes a region out, to send it; one that could not be sent is added again.</summary>
    /// <param name="offset">First byte in the pool.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <returns>Whether there was one.</returns>
    bool TryTake(out long offset, out long lengthBytes);
}
