namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt replica resync" did.</summary>
internal sealed record ReplicaResyncDocument(string Pool, bool IsEqual, IReadOnlyList<ReplicaResyncedDocument> Replicas);
