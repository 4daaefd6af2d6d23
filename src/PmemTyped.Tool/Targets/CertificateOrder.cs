namespace PmemTyped.Tool.Targets;

/// <summary>A certificate that is wanted.</summary>
/// <param name="Name">The name that rights are given to.</param>
/// <param name="Hosts">Names and addresses that a target is reached by; none for a client.</param>
/// <param name="Listen">Where the target will listen, for its configuration.</param>
internal sealed record CertificateOrder(string Name, IReadOnlyList<string> Hosts, string Listen = CertificateOrder.Loopback)
{
    /// <summary>Where targets listen that nobody said more about.</summary>
    internal const string Loopback = "127.0.0.1:7636";

    /// <summary>Gets a value indicating whether it is for a target.</summary>
    internal bool IsTarget => Hosts.Count > 0;
}
