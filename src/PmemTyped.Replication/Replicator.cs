using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication;

/// <summary>
/// Gives pools their replicas on other machines: as an option where a pool is made and opened, or, registered once, to every set
/// file with a line <c>REPLICA host:port file.set</c>. The pool is written as ever; each write returns when its replicas have
/// answered as the policy asks. Threads: safe.
/// </summary>
/// <param name="endpoints">Where the replicas are, 1 to <see cref="ReplicaSet.MaxReplicas"/>.</param>
/// <param name="options">Null for the defaults.</param>
public sealed class Replicator(IReadOnlyList<ReplicaEndpoint> endpoints, ReplicaSetOptions? options = null) : IReplicator
{
    private volatile ReplicaSet? _last;

    /// <summary>Gets the replicas of the pool that was made or opened last; null before. To ask for their state and to rejoin them.</summary>
    public ReplicaSet? Current => _last;

    /// <summary>
    /// From now on pools in set files replicate to the remote replicas that their files name. Once, at the start of a program.
    /// </summary>
    /// <param name="reach">How the node of a REPLICA line is reached, for example as <see cref="ReplicaTransports.Tls"/>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="connected">Is told the replicator of each set file that is made or opened; null for nobody.</param>
    public static void Register(
        Func<string, IReplicaTransport> reach, ReplicaSetOptions? options = null, Action<Replicator>? connected = null)
    {
        ArgumentNullException.ThrowIfNull(reach);
        PoolSetRemotes.Use(set =>
        {
            var replicator = new Replicator(
                [.. set.Replicas.Where(r => r.IsRemote).Select(r => new ReplicaEndpoint(reach(r.Node!), r.Descriptor!))], options);
            connected?.Invoke(replicator);
            return replicator;
        });
    }

    /// <inheritdoc/>
    /// <exception cref="RemotePoolException">A target refused, or is not reached.</exception>
    public IReplication Create(PmemMap local, PartHeaderLayout? header) =>
        _last = ReplicaSet.Create(local, endpoints, header, options);

    /// <inheritdoc/>
    /// <exception cref="PmemFormatException">A replica is of another pool, or holds something else.</exception>
    /// <exception cref="RemotePoolException">A target refused, or is not reached.</exception>
    public IReplication Open(PmemMap local, PartHeaderLayout? header) =>
        _last = ReplicaSet.Open(local, endpoints, header, options);
}
