namespace PmemTyped.Replication;

/// <summary>How long a call may wait: until a point in time, and until it is cancelled.</summary>
public readonly struct ReplicaDeadline
{
    private readonly long _atMs;
    private readonly CancellationToken _cancellation;

    private ReplicaDeadline(long atMs, CancellationToken cancellation)
    {
        _atMs = atMs;
        _cancellation = cancellation;
    }

    /// <summary>Gets one that is never over: only a lost connection ends such a wait.</summary>
    public static ReplicaDeadline Never => new(long.MaxValue, default);

    /// <summary>Gets the milliseconds that are left, 0 when it is over; <see cref="int.MaxValue"/> without limit.</summary>
    public int RemainingMs => (int)Math.Clamp(_atMs - Environment.TickCount64, 0, int.MaxValue);

    /// <summary>Gets the same point in time, which nothing but time ends.</summary>
    public ReplicaDeadline Uncancelled => new(_atMs, default);

    /// <summary>Begins now.</summary>
    /// <param name="time">How long; zero for without limit.</param>
    /// <param name="cancellation">Ends it earlier.</param>
    public static ReplicaDeadline After(TimeSpan time, CancellationToken cancellation = default) => new(
        time == TimeSpan.Zero ? long.MaxValue : Environment.TickCount64 + (long)time.TotalMilliseconds, cancellation);

    /// <summary>The same, or earlier: after some time from now.</summary>
    internal ReplicaDeadline Within(TimeSpan time) =>
        new(Math.Min(_atMs, Environment.TickCount64 + (long)time.TotalMilliseconds), _cancellation);

    /// <summary>Throws when it is over.</summary>
    /// <exception cref="TimeoutException">The time is over.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void ThrowIfOver()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (RemainingMs == 0)
        {
            throw new TimeoutException("The peer did not answer in time.");
        }
    }
}
