namespace PmemTyped.Replication;

/// <summary>What a target offers, to whom, and how much of it. Immutable.</summary>
public sealed record ReplicaServerOptions
{
    /// <summary>Gets the directory that names of pools begin in.</summary>
    public required string PoolSetDirectory { get; init; }

    /// <summary>Gets the directories that parts may lie in; the default, none, stands for that of the set files.</summary>
    public IReadOnlyList<string> PartDirectories { get; init; } = [];

    /// <summary>Gets who may do what; null, the default, lets everyone whom the transport admits do everything.</summary>
    public IReadOnlyList<ReplicaGrant>? Grants { get; init; }

    /// <summary>Gets what is told of every request that concerns a pool, on the thread that serves it; or null.</summary>
    public Action<ReplicaAudit>? Audit { get; init; }

    /// <summary>Gets the largest number of pools that are open at once. Default 64.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>Gets the largest number of lanes of a pool. Default 64.</summary>
    public int MaxLanes { get; init; } = 64;

    /// <summary>Gets how many connections may be open that did not say yet what they want. Default 64.</summary>
    public int MaxPending { get; init; } = 64;

    /// <summary>Gets the longest payload of a frame in bytes. Default 128 KiB.</summary>
    public int MaxFrameBytes { get; init; } = 128 << 10;

    /// <summary>Gets how many payload bytes a lane may have in flight. Default 4 MiB.</summary>
    public int WindowBytes { get; init; } = 4 << 20;

    /// <summary>Gets how many frames a lane may have in flight. Default 256.</summary>
    public int WindowFrames { get; init; } = 256;

    /// <summary>Gets how long a new connection may take to say what it wants. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long an initiator may be silent before its pool is closed. Default 15 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how long a ticket for a lane is good for. Default 10 s.</summary>
    public TimeSpan TicketLifetime { get; init; } = TimeSpan.FromSeconds(10);
}
