namespace PmemTyped.Replication;

/// <summary>Another copy of a replicated pool, and how it is reached.</summary>
/// <param name="Transport">How its target is reached.</param>
/// <param name="Name">Name of its set file there.</param>
/// <param name="Number">Its number in the set, from 1; no two copies have the same.</param>
public sealed record ReplicaPeer(IReplicaTransport Transport, string Name, int Number)
{
    /// <summary>The other copies of a set, where they are named in the order of their numbers.</summary>
    /// <param name="endpoints">All others.</param>
    /// <param name="own">The number of this copy.</param>
    public static IReadOnlyList<ReplicaPeer> Others(IReadOnlyList<ReplicaEndpoint> endpoints, int own)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return [.. endpoints.Select((e, i) => new ReplicaPeer(e.Transport, e.Name, i + 1 < own ? i + 1 : i + 2))];
    }
}
