namespace PmemTyped.Sets.PoolSets;

/// <summary>One copy of the pool: parts here, or a set file on another node.</summary>
/// <param name="Parts">The parts, in order; none for a remote replica.</param>
/// <param name="Node">The node of a remote replica, as for ssh; null for a local one.</param>
/// <param name="Descriptor">Relative path of the set file on that node; null for a local replica.</param>
/// <param name="Line">Where its REPLICA line stands, from 1; 1 for the first replica, which has none.</param>
public sealed record PoolSetReplica(
    IReadOnlyList<PoolSetFilePart> Parts, string? Node = null, string? Descriptor = null, int Line = 0)
{
    /// <summary>Gets a value indicating whether it is on another node.</summary>
    public bool IsRemote => Node is not null;
}
