namespace PmemTyped.Sets.PoolSets;

/// <summary>One part header that a repair writes anew.</summary>
/// <param name="Replica">Number of the replica among the local ones, from 0.</param>
/// <param name="Part">Number of the part, from 0.</param>
/// <param name="Path">Its file.</param>
/// <param name="Found">What is there now, as a part of a sentence.</param>
/// <param name="Restored">What says that the new one belongs there, as a part of a sentence.</param>
/// <param name="IsCertain">Whether intact structures say so.</param>
public sealed record PoolSetHeaderChange(
    int Replica, int Part, string Path, string Found, string Restored, bool IsCertain);
