namespace PmemTyped.Replication;

/// <summary>What a remote pool is like.</summary>
/// <param name="LimitBytes">The largest window that can be opened; the first 4096 bytes of it are the header, if there is one.</param>
/// <param name="HasHeaders">Whether its parts have headers; without, it keeps no attributes.</param>
/// <param name="IsSingleHeader">Whether only the first part has one.</param>
/// <param name="IsOpen">Whether an initiator has it open through the same server.</param>
/// <param name="Attributes">What the header says; all zero without one.</param>
public sealed record RemotePoolStat(
    long LimitBytes, bool HasHeaders, bool IsSingleHeader, bool IsOpen, RemotePoolAttributes Attributes);
