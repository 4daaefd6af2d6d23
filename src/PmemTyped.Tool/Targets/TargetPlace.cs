using System.Text.Json.Serialization;

namespace PmemTyped.Tool.Targets;

/// <summary>One place where a target listens.</summary>
internal sealed record TargetPlace
{
    /// <summary>Gets the transport.</summary>
    [JsonRequired]
    public TargetTransport Transport { get; set; }

    /// <summary>Gets address and port of TCP and TLS.</summary>
    public string? Address { get; set; }

    /// <summary>Gets the path of a Unix socket.</summary>
    public string? Path { get; set; }

    /// <summary>Gets a value indicating whether plain TCP may be offered on an address that is not loopback.</summary>
    public bool Trusted { get; set; }
}
