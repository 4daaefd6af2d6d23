namespace PmemTyped.Replication.Transports;

/// <summary>A host name leads nowhere, which librpmem tells apart from a host that does not answer.</summary>
internal sealed class ReplicaHostException(string message, Exception inner) : IOException(message, inner);
