namespace PmemTyped.Replication;

/// <summary>Rights of one initiator on some pools.</summary>
/// <param name="Identity">Who, as the transport proved it: the common name of a certificate, or "local".</param>
/// <param name="NamePrefix">Which pools: those whose names begin with it; empty for all.</param>
/// <param name="Rights">What it may do.</param>
public sealed record ReplicaGrant(string Identity, string NamePrefix, ReplicaRights Rights);
