namespace PmemTyped.Replication;

/// <summary>Something that an initiator did, or was refused, at a target.</summary>
/// <param name="Identity">Who.</param>
/// <param name="Operation">What: "create", "open", "close", "remove", "set attributes", "stat", "lost", "resume", "promise", "history",
/// "promote", "fenced", "refused", "accept", "failed".</param>
/// <param name="Pool">Name of the pool, or empty.</param>
/// <param name="Errno">0, or why it failed.</param>
/// <param name="Message">One sentence, or empty.</param>
public sealed record ReplicaAudit(string Identity, string Operation, string Pool, int Errno, string Message);
