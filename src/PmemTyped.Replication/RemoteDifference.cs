namespace PmemTyped.Replication;

/// <summary>A range in which the remote pool differs from the local one.</summary>
/// <param name="Offset">First byte, a multiple of the compared pieces.</param>
/// <param name="LengthBytes">Number of bytes, in whole compared pieces.</param>
public readonly record struct RemoteDifference(long Offset, long LengthBytes);
