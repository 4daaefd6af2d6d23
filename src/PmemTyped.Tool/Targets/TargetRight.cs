using System.Text.Json.Serialization;
using PmemTyped.Replication;

namespace PmemTyped.Tool.Targets;

/// <summary>Rights of one initiator on pools whose names begin alike.</summary>
internal sealed record TargetRight
{
    /// <summary>Gets the name of its certificate, "local" for Unix sockets and plain TCP, or the account for ssh.</summary>
    [JsonRequired]
    public string Identity { get; set; } = string.Empty;

    /// <summary>Gets the beginning of the names of the pools; empty for all.</summary>
    public string Pools { get; set; } = string.Empty;

    /// <summary>Gets what it may do.</summary>
    [JsonRequired]
    public IReadOnlyList<ReplicaRights> May { get; set; } = [];

    /// <summary>Gets how many of these pools may exist; null for as many as there are set files.</summary>
    public int? MaxPools { get; set; }

    /// <summary>Gets how many bytes these pools may have together; null for as many as fit.</summary>
    public long? MaxBytes { get; set; }
}
