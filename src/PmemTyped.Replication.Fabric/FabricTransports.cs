using System.Net;

namespace PmemTyped.Replication.Fabric;

/// <summary>
/// Ways from an initiator to a target through libfabric: InfiniBand and other networks with remote memory access, or TCP where there
/// are none. Neither authenticated nor encrypted, like plain TCP: for loopback, and for networks that are protected beneath. Both sides
/// use the same provider. Threads: safe. (replication specification, section 18)
/// </summary>
public static class FabricTransports
{
    /// <summary>The port of a target where none is named; not that of the other transports, so that one target can have both.</summary>
    public const int DefaultPort = 7637;

    /// <summary>The way to a target. libfabric is loaded here; nothing is sent before a pool is opened.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port, 1 to 65535.</param>
    /// <param name="provider">
    /// Name of a provider with message endpoints, as "verbs" or "tcp"; null for verbs where it reaches the target, else tcp.
    /// </param>
    /// <param name="isTrusted">Whether addresses that are not loopback may be used.</param>
    /// <exception cref="ArgumentException">The port is no port, or the provider is refused: its name is empty, or it is "sockets", which "tcp" supersedes.</exception>
    /// <exception cref="IOException">libfabric is not installed.</exception>
    public static IReplicaTransport To(string host, int port = DefaultPort, string? provider = null, bool isTrusted = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), FormattableString.Invariant($"{port} is no port. Use 1 to 65535."));
        }

        return new FabricTransport(FabricProviders.Load(), host, port, FabricProviders.ToTry(provider), isTrusted);
    }

    /// <summary>Listens for initiators.</summary>
    /// <param name="at">Address and port; port 0 for one of the provider's choice.</param>
    /// <param name="provider">As for <see cref="To"/>.</param>
    /// <param name="isTrusted">Whether an address that is not loopback may be used.</param>
    /// <exception cref="ArgumentException">
    /// The address is not loopback, and not said to be trusted; or the provider is refused.
    /// </exception>
    /// <exception cref="IOException">libfabric is not installed, no provider is there, or it cannot be listened there.</exception>
    public static IReplicaListener Listen(IPEndPoint at, string? provider = null, bool isTrusted = false)
    {
        ArgumentNullException.ThrowIfNull(at);
        if (!isTrusted && !IPAddress.IsLoopback(at.Address))
        {
            throw new ArgumentException(
                $"A fabric at {at.Address} would let anybody in. Use TLS, or declare the network trusted.", nameof(at));
        }

        return FabricReplicaListener.Open(FabricProviders.Load(), at, FabricProviders.ToTry(provider));
    }
}
