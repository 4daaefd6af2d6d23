namespace PmemTyped.Replication.Fanout;

/// <summary>What a resync and those who write meanwhile have to know of each other.</summary>
/// <param name="Options">How it is done.</param>
/// <param name="Begins">
/// Is called when the replica is marked as a mixture, and not before: from here on writers send to it.
/// </param>
/// <param name="IsSentTo">Whether everything since then was sent to it, asked before it counts again.</param>
internal sealed record ReplicaResync(ResyncOptions Options, Action Begins, Func<bool> IsSentTo);
