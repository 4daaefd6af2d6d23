using System.Net;
using System.Net.Sockets;
using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric;

/// <summary>Connects to one target, with the first provider that reaches it.</summary>
internal sealed class FabricTransport(FabricLibrary library, string host, int port, IReadOnlyList<string> providers, bool isTrusted)
    : IReplicaTransport
{
    public string Name => FormattableString.Invariant($"fabric:{host}:{port}");

    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        IOException? last = null;
        foreach (IPAddress address in Resolve(TimeSpan.FromMilliseconds(deadline.RemainingMs)))
        {
            if (!isTrusted && !IPAddress.IsLoopback(address))
            {
                throw new IOException($"A fabric to {address} would be open to anybody on the way. Use TLS, or declare the network trusted.");
            }

            foreach (string provider in providers)
            {
                deadline.ThrowIfOver();
                var attempt = new FabricAttempt(library, $"Connecting to {Name}", provider);
                FabricEndpoint? endpoint = library.TryMakeEndpoint(provider, address.ToString(), port, FabricChannel.Slots, out int error);
                if (endpoint is not null)
                {
                    return FabricConnection.Connect(endpoint, attempt, in deadline);
                }

                last = attempt.Failure(error);
                if (!FabricProviders.IsMissing(error))
                {
                    break;
                }
            }
        }

        throw last ?? new IOException($"Cannot connect to {Name}: the name leads to no address.");
    }

    // The resolver knows no deadline of ours.
    private IPAddress[] Resolve(TimeSpan time)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        Task<IPAddress[]> resolving = Dns.GetHostAddressesAsync(host);
        try
        {
            return resolving.Wait(time) ? resolving.Result : throw new TimeoutException($"The name {host} could not be resolved in time.");
        }
        catch (AggregateException e) when (e.InnerException is SocketException)
        {
            throw new ReplicaHostException($"The name {host} cannot be resolved: {e.InnerException.Message}.", e);
        }
    }
}
