namespace PmemTyped.Replication;

/// <summary>A copy that wants to be promoted.</summary>
/// <param name="SetUuid">The set.</param>
/// <param name="ReplicaId">The copy.</param>
/// <param name="Number">Its number in the set.</param>
/// <param name="Generation">The generation that it has.</param>
public sealed record PromotionRequest(Guid SetUuid, Guid ReplicaId, int Number, Guid Generation);
