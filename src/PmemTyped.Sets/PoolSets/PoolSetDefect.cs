namespace PmemTyped.Sets.PoolSets;

/// <summary>One part that is to be made good.</summary>
/// <param name="Replica">Number of the replica among the local ones, from 0.</param>
/// <param name="Part">Number of the part, from 0; -1 for the replica as a whole.</param>
/// <param name="Path">The file; of a whole replica its first one.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Found">What was found, as a part of a sentence.</param>
public sealed record PoolSetDefect(int Replica, int Part, string Path, PoolSetDefectKind Kind, string Found);
