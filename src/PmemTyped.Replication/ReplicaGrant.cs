namespace PmemTyped.Replication;

/// <summary>Rights of one initiator on some pools. Immutable.</summary>
/// <param name="Identity">Who, as the transport proved it: the common name of a certificate, or "local".</param>
/// <param name="NamePrefix">Which pools: those whose names begin with it; empty for all.</param>
/// <param name="Rights">What it may do.</param>
public sealed record ReplicaGrant(string Identity, string NamePrefix, ReplicaRights Rights)
{
    /// <summary>
    /// Gets how many of these pools may exist when it has created another one, whoever made them. Every grant that allows the
    /// creation has to agree. More are refused with ENOSPC before anything changes. By default as many as there are set files.
    /// </summary>
    public int MaxPools { get; init; } = int.MaxValue;

    /// <summary>Gets how many bytes the parts of these pools may have together; otherwise as <see cref="MaxPools"/>.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    internal bool IsLimited => MaxPools != int.MaxValue || MaxBytes != long.MaxValue;

    internal bool Covers(string identity, string name, ReplicaRights rights) =>
        Identity == identity && name.StartsWith(NamePrefix, StringComparison.Ordinal) && (Rights & rights) == rights;
}
