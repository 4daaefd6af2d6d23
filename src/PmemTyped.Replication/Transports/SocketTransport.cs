using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace PmemTyped.Replication.Transports;

/// <summary>Connects sockets to one target; what runs over them is wrapped around.</summary>
internal sealed class SocketTransport(string name, Func<TimeSpan, IReadOnlyList<EndPoint>> places, Func<Socket, ReplicaConnection> wrap)
    : IReplicaTransport
{
    public string Name => name;

    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        IOException? last = null;
        foreach (EndPoint place in places(TimeSpan.FromMilliseconds(deadline.RemainingMs)))
        {
            deadline.ThrowIfOver();
            try
            {
                return ConnectTo(place, deadline.RemainingMs);
            }
            catch (SocketException e)
            {
                last = new IOException($"Cannot connect to {name}: {e.Message}.", e);
            }
        }

        throw last ?? new IOException($"Cannot connect to {name}: the name leads to no address.");
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The connection that is wrapped around the socket disposes it.")]
    private ReplicaConnection ConnectTo(EndPoint place, int timeoutMs)
    {
        var socket = new Socket(
            place.AddressFamily,
            SocketType.Stream,
            place.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            // The kernel ends a connect after the time for sending.
            socket.SendTimeout = Math.Max(timeoutMs, 1);
            socket.Connect(place);
            return wrap(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
