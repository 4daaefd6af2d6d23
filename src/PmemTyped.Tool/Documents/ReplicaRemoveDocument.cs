namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt replica remove" removed.</summary>
internal sealed record ReplicaRemoveDocument(string Address, string Pool, bool WithSetFile);
