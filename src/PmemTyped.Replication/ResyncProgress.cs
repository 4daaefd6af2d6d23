namespace PmemTyped.Replication;

/// <summary>How far a resync is, and what it took.</summary>
/// <param name="Direction">Quick or full.</param>
/// <param name="RegionsLeft">Regions of 64 KiB that are still to be compared.</param>
/// <param name="RegionsCompared">Regions that were compared by their hashes.</param>
/// <param name="RegionsSent">Regions that differed and were sent.</param>
/// <param name="BytesSent">Bytes of content that were sent.</param>
public sealed record ResyncProgress(
    ResyncDirection Direction, long RegionsLeft, long RegionsCompared, long RegionsSent, long BytesSent);
