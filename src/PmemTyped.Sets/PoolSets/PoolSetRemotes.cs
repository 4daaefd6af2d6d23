namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Who reaches the remote replicas of set files. This layer reads their lines and knows no network; the replication package
/// says once, at the start of a program, that it does. Threads: safe.
/// </summary>
public static class PoolSetRemotes
{
    private static Func<PoolSetFile, IReplicator>? s_connect;

    /// <summary>Sets who makes and opens the remote replicas of a set, from now on.</summary>
    /// <param name="connect">Receives a set with remote replicas; null for nobody.</param>
    public static void Use(Func<PoolSetFile, IReplicator>? connect) => Volatile.Write(ref s_connect, connect);

    /// <summary>Who reaches the remote replicas of a set; null when it has none.</summary>
    /// <param name="set">The set.</param>
    /// <exception cref="InvalidOperationException">It has some, and nobody was named.</exception>
    public static IReplicator? Of(PoolSetFile set)
    {
        ArgumentNullException.ThrowIfNull(set);
        PoolSetReplica? remote = set.Replicas.FirstOrDefault(r => r.IsRemote);
        if (remote is null)
        {
            return null;
        }

        Func<PoolSetFile, IReplicator> connect = Volatile.Read(ref s_connect) ?? throw new InvalidOperationException(
            FormattableString.Invariant($"Cannot reach the replica '{remote.Descriptor}' on '{remote.Node}', line {remote.Line} of '{set.Path}': ")
            + "nobody in this program carries replicas to other machines. Reference the package PmemTyped.Replication and call "
            + "Replicator.Register once at the start, or remove the line to go on without the replica.");
        return connect(set);
    }

    /// <summary>Refuses a replicator for a pool whose set file names its replicas itself.</summary>
    /// <param name="setPath">Path of the set file.</param>
    /// <param name="replicator">What a caller gave; null is right.</param>
    /// <exception cref="ArgumentException">It is not null.</exception>
    public static void RefuseBeside(string setPath, IReplicator? replicator)
    {
        if (replicator is not null)
        {
            throw new ArgumentException(
                $"'{setPath}' is a set file, which names its replicas itself. Add REPLICA lines to it, and leave the replicator out.",
                nameof(replicator));
        }
    }
}
