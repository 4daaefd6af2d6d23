using System.Net;

namespace PmemTyped.Tool.Targets;

/// <summary>Where an initiator that came by ssh reaches this machine.</summary>
internal static class SshAddress
{
    internal const string Variable = "SSH_CONNECTION";

    private const int ServerWord = 2;

    /// <summary>The address that ssh was reached by; loopback where nobody says so. (SSH_CONNECTION of sshd)</summary>
    internal static IPAddress OfLanes() =>
        Environment.GetEnvironmentVariable(Variable)?.Split(' ') is { Length: > ServerWord } words
        && IPAddress.TryParse(words[ServerWord], out IPAddress? address)
            ? address
            : IPAddress.Loopback;
}
