using System.Text.Json.Serialization;

namespace PmemTyped.Tool.Targets;

/// <summary>
/// What "pmt target serve" reads, member by member. Relative paths begin at the directory of the file. All members
/// can be set: the reader forgets defaults and lines of errors where some are required or initialized only.
/// </summary>
internal sealed record TargetConfig
{
    /// <summary>Gets the directory of the set files.</summary>
    [JsonRequired]
    public string Pools { get; set; } = string.Empty;

    /// <summary>Gets the directories that parts may lie in; none for that of the set files.</summary>
    public IReadOnlyList<string> Parts { get; set; } = [];

    /// <summary>Gets the directory of the certificates, which TLS needs.</summary>
    public string? Identity { get; set; }

    /// <summary>Gets where the target is reached.</summary>
    public IReadOnlyList<TargetPlace> Listen { get; set; } = [];

    /// <summary>Gets who may do what; whoever is not named may do nothing.</summary>
    [JsonRequired]
    public IReadOnlyList<TargetRight> Rights { get; set; } = [];

    /// <summary>Gets how much is given to initiators.</summary>
    public TargetLimits Limits { get; set; } = new();
}
