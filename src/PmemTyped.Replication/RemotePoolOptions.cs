namespace PmemTyped.Replication;

/// <summary>How a remote pool is created or opened. Immutable.</summary>
public sealed record RemotePoolOptions
{
    private static readonly TimeSpan s_asking = TimeSpan.FromSeconds(30);

    /// <summary>Gets the size of the window in bytes, whole pages; 0, the default, for all of the local map.</summary>
    public long PoolBytes { get; init; }

    /// <summary>Gets how many lanes are asked for; the target may grant fewer. Default 1.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>
    /// Gets how long connecting, creating and opening may take. Default 30 s; zero for without limit. A target that takes the
    /// connection and then gives no sign of life is not waited for longer than 4 s.
    /// </summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long any other call may take. Default 5 s; zero for without limit.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how often the target is asked for a sign of life; three without an answer end the handle. Default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets for how long connections that were lost are made again, and what was not acknowledged is sent again, before the handle
    /// is lost. Calls wait meanwhile, never longer than their own limit. A target that is silent, or does not know the session any
    /// more, ends the handle at once. Default 2 s; zero for not at all.
    /// </summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets a value indicating whether all lanes are connected at open; otherwise the first, and others when they are used.</summary>
    public bool ConnectsAllLanes { get; init; }

    /// <summary>
    /// Gets the epoch to write in; whoever has the pool open in a lower one is fenced. Default 0: the next one of the target,
    /// which refuses when somebody has the pool open.
    /// </summary>
    public ulong Epoch { get; init; }

    internal ReplicaDeadline ToOpen(CancellationToken cancellation) => ReplicaDeadline.After(OpenTimeout, cancellation);

    /// <summary>How long a request may take; the target is not asked for signs of life meanwhile, so there always is a limit.</summary>
    internal ReplicaDeadline ToAsk(CancellationToken cancellation) =>
        ReplicaDeadline.After(OperationTimeout == TimeSpan.Zero ? s_asking : OperationTimeout, cancellation);

    internal ReplicaDeadline ToOperate(CancellationToken cancellation) => ReplicaDeadline.After(OperationTimeout, cancellation);
}
