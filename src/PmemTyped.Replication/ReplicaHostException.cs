namespace PmemTyped.Replication;

/// <summary>
/// A host name leads nowhere, which librpmem tells apart from a host that does not answer. Transports throw it from
/// <see cref="IReplicaTransport.Connect"/>; a pool answers ENOMEDIUM then.
/// </summary>
/// <param name="message">The name, why it leads nowhere, and what to do next.</param>
/// <param name="inner">What the resolver said.</param>
public sealed class ReplicaHostException(string message, Exception inner) : IOException(message, inner);
