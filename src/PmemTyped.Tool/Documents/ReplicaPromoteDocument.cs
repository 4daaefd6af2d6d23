using PmemTyped.Replication;

namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt replica promote" did, or would do; why not, or null.</summary>
internal sealed record ReplicaPromoteDocument(
    string Pool, bool IsPromoted, bool MayBePromoted, int Number, int Copies, Guid Generation, bool IsForced, string History, string? Refusal)
{
    internal static ReplicaPromoteDocument From(string pool, in ReplicaMetadata metadata, bool isPromoted, string? refusal) => new(
        pool, isPromoted, refusal is null, metadata.Number, metadata.Copies, metadata.Generation, metadata.IsForced, metadata.ToString(), refusal);
}
