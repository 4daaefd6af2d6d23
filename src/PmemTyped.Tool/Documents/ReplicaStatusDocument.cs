using PmemTyped.Replication;

namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt replica status" was told about a remote pool.</summary>
internal sealed record ReplicaStatusDocument(
    string Address,
    string Pool,
    long LimitBytes,
    bool HasHeaders,
    bool IsSingleHeader,
    bool IsOpen,
    string? Signature,
    uint? Major,
    Guid? PoolSetUuid)
{
    internal static ReplicaStatusDocument From(string address, string pool, RemotePoolStat stat) => new(
        address,
        pool,
        stat.LimitBytes,
        stat.HasHeaders,
        stat.IsSingleHeader,
        stat.IsOpen,
        stat.HasHeaders ? Sets.PartHeader.SignatureText(stat.Attributes.Signature).Trim('\'') : null,
        stat.HasHeaders ? stat.Attributes.Major : null,
        stat.HasHeaders ? stat.Attributes.PoolSetUuid : null);
}
