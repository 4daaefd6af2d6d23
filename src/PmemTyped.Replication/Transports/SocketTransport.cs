using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace PmemTyped.Replication.Transports;

/// <summary>Connects sockets to one target; what runs over them is wrapped around.</summary>
internal sealed class SocketTransport(string name, Func<TimeSpan, IReadOnlyList<EndPoint>> places, Func<Socket, ReplicaConnection> wrap)
    : IReplicaTransport
{
    // So long until the kernel has asked twice again; an address that nobody has then is not waited for, the next one is tried.
    private const int ConnectMs = 4000;

    public string Name => name;

    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        IOException? last = null;
        foreach (EndPoint place in places(TimeSpan.FromMilliseconds(deadline.RemainingMs)))
        {
            deadline.ThrowIfOver();
            try
            {
                return ConnectTo(place, Math.Min(deadline.RemainingMs, ConnectMs));
            }
            catch (SocketException e)
            {
                last = new IOException($"Cannot connect to {name}: {ReasonOf(e.SocketErrorCode)}.", e);
            }
        }

        throw last ?? new IOException($"Cannot connect to {name}: the name leads to no address.");
    }

    // What the runtime says of a Unix socket that is not there is about addresses.
    private static string ReasonOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "nobody listens there. Start the target, or look at the address",
        SocketError.AddressNotAvailable => "there is no such socket. Start the target, or look at the path",
        SocketError.AccessDenied => "permission denied. Only the account that runs the target may use its socket",
        SocketError.TimedOut or SocketError.WouldBlock or SocketError.InProgress or SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            "its machine is not reached. Look at the machine, the address, and the firewalls between",
        _ => new SocketException((int)error).Message,
    };

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
