namespace PmemTyped.Testing;

/// <summary>Verified files and produced texts differ; the message names each file and what happened to it.</summary>
public sealed class SnapshotException(string message) : Exception(message);
