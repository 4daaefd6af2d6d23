namespace PmemTyped.Tool.Documents;

/// <summary>What was done for one replica; the failure of one that is as it was, or null.</summary>
internal sealed record ReplicaResyncedDocument(
    int Number, string Address, string Name, string? Direction, long RegionsCompared, long RegionsSent, long BytesSent, string? Failure);
