using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Initiator;

namespace PmemTyped.Replication.Generations;

/// <summary>Asks for the metadata of a copy at its target, and changes them. Every call is a connection of its own.</summary>
internal static class RemoteHistory
{
    internal static ReplicaMetadata Read(ReplicaPeer peer, RemotePoolOptions options) =>
        Ask(peer, ControlOperation.History, epoch: 0, metadata: null, options);

    /// <summary>Gets a promise, durable there on return.</summary>
    internal static ReplicaMetadata Promise(ReplicaPeer peer, ulong epoch, RemotePoolOptions options) =>
        Ask(peer, ControlOperation.Promise, epoch, metadata: null, options);

    /// <summary>Replaces the metadata, durable there on return; in an epoch that was promised.</summary>
    internal static ReplicaMetadata Replace(ReplicaPeer peer, ulong epoch, ReplicaMetadata metadata, RemotePoolOptions options) =>
        Ask(peer, ControlOperation.Replace, epoch, metadata, options);

    private static ReplicaMetadata Ask(
        ReplicaPeer peer, ControlOperation operation, ulong epoch, ReplicaMetadata? metadata, RemotePoolOptions options) =>
        RemoteSession.AskOnce(
            peer.Transport,
            operation,
            new ControlMessage(default, null, peer.Name, metadata),
            RemoteStage.History,
            options with { Epoch = epoch },
            CancellationToken.None).Metadata;
}
