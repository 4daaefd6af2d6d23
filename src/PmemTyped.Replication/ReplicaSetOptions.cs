namespace PmemTyped.Replication;

/// <summary>How a replica set waits and what it does about losses. Immutable.</summary>
public sealed record ReplicaSetOptions
{
    /// <summary>Gets what a drain waits for. Default <see cref="ReplicaPolicy.All"/>.</summary>
    public ReplicaPolicy Policy { get; init; }

    /// <summary>Gets what happens when fewer replicas answer. Default Fail.</summary>
    public ReplicaLoss OnLoss { get; init; }

    /// <summary>Gets how long a call waits for a replica to rejoin, with Block. Default 30 s.</summary>
    public TimeSpan BlockLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets how the pools are opened. Its operation timeout is the deadline of a replica too; without limit only signs of life
    /// end a wait.
    /// </summary>
    public RemotePoolOptions Pool { get; init; } = new();

    /// <summary>
    /// Gets how many bytes are kept for replicas that did not acknowledge them, in memory. Default 8 MiB, at least 256 KiB; an
    /// asynchronous lag beyond it is not possible.
    /// </summary>
    public int LogBytes { get; init; } = 8 << 20;

    /// <summary>
    /// Gets a value indicating whether a replica that holds something else than this pool is overwritten with it when it is opened,
    /// where no history says which of the two is right: there is none, or it says that both are equal. Default false: it is refused.
    /// Only whoever knows that no other machine went on with the replica may set it.
    /// </summary>
    public bool SendsDifferences { get; init; }

    /// <summary>Gets how replicas are brought up to date; the lane is not asked for. Default: as fast as it goes.</summary>
    public ResyncOptions Resync { get; init; } = new();

    /// <summary>Gets what is told when the state of a replica changes, on the thread that noticed; what it throws is lost.</summary>
    public Action<ReplicaStatus>? StateChanged { get; init; }
}
