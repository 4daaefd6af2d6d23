namespace PmemTyped.Replication;

/// <summary>What a drain of a replica set waits for. (replication specification, 19.5)</summary>
public readonly record struct ReplicaPolicy
{
    private ReplicaPolicy(int copies, long maxLagBytes, TimeSpan maxLagTime)
    {
        Copies = copies;
        MaxLagBytes = maxLagBytes;
        MaxLagTime = maxLagTime;
    }

    /// <summary>Gets the policy of PMDK, and the default: everything is durable at all replicas.</summary>
    public static ReplicaPolicy All => default;

    /// <summary>Gets how many copies, the local one among them, are waited for; 0 for all, 1 for <see cref="Async"/>.</summary>
    public int Copies { get; }

    /// <summary>Gets how many bytes a replica may be behind before callers wait for it; 0 unless asynchronous.</summary>
    public long MaxLagBytes { get; }

    /// <summary>Gets for how long a replica may be behind before callers wait for it; 0 unless asynchronous.</summary>
    public TimeSpan MaxLagTime { get; }

    internal bool IsAll => Copies == 0;

    internal bool IsAsync => MaxLagBytes > 0;

    /// <summary>
    /// Everything is durable in so many copies. Without a history a slower replica is not waited for; it receives everything all the
    /// same. With one it is, for the time of an operation, and is then left behind while so many copies stay: nobody may promote a
    /// copy that lacks an acknowledged write. Makes sense from three copies on.
    /// </summary>
    /// <param name="copies">At least 2; the local copy counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public static ReplicaPolicy Quorum(int copies)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 2);
        return new ReplicaPolicy(copies, 0, default);
    }

    /// <summary>Nothing is waited for, unless a replica is too far behind. A loss of this machine loses what was on its way.</summary>
    /// <param name="maxLagBytes">Bytes that a replica may be behind, at least 1; headers of 16 bytes for each range count.</param>
    /// <param name="maxLagTime">Time that a replica may be behind, longer than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not positive.</exception>
    public static ReplicaPolicy Async(long maxLagBytes, TimeSpan maxLagTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLagBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxLagTime, TimeSpan.Zero);
        return new ReplicaPolicy(1, maxLagBytes, maxLagTime);
    }
}
