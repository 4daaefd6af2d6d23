using PmemTyped.Replication;

namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt replica verify" found. Pieces are compared by their hashes, so a range may hold equal bytes too.</summary>
internal sealed record ReplicaVerifyDocument(
    string Address,
    string Pool,
    string Local,
    long LocalBytes,
    long RemoteBytes,
    long ComparedBytes,
    bool IsEqual,
    IReadOnlyList<RemoteDifference> Differences);
