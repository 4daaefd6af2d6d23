namespace PmemTyped.Replication;

/// <summary>
/// Fewer replicas answered than the policy of a set waits for. What was written is durable here and the pool is sound; what the
/// replicas miss is remembered. <see cref="ReplicaSet.Rejoin"/> makes a set whole again.
/// </summary>
public sealed class ReplicaSetException : PmemException
{
    internal ReplicaSetException(string operation, int required, int present, string replica, Exception? reason)
        : base(
            FormattableString.Invariant($"Cannot {operation}: {present} of {required} replicas that the policy waits for have it, '{replica}' has not. ")
            + (reason is null ? "It did not answer in time." : reason.Message)
            + " Bring the target back and let the replica rejoin, or open the set with another policy.",
            reason)
    {
        Required = required;
        Present = present;
        Replica = replica;
    }

    /// <summary>Gets how many replicas are waited for.</summary>
    public int Required { get; }

    /// <summary>Gets how many of them answered.</summary>
    public int Present { get; }

    /// <summary>Gets the first one that did not.</summary>
    public string Replica { get; }
}
