namespace PmemTyped.Replication;

/// <summary>How a replica is brought up to date. Immutable.</summary>
public sealed record ResyncOptions
{
    /// <summary>Gets the lane that is used: the one that carries what writers store meanwhile. Default 0.</summary>
    public int Lane { get; init; }

    /// <summary>Gets how many bytes of content are sent in a second at most; 0, the default, for no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Gets what is told after every few regions, on the calling thread; or null.</summary>
    public Action<ResyncProgress>? Progress { get; init; }
}
