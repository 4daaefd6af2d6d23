using System.Net;
using System.Net.Sockets;
using PmemTyped.Replication.Ssh;
using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication;

/// <summary>Makes the ways from an initiator to a target. All speak the same frames. Threads: safe.</summary>
public static class ReplicaTransports
{
    /// <summary>The port of a target where none is named.</summary>
    public const int DefaultPort = 7636;

    /// <summary>
    /// The way that an address names: <c>tls:HOST[:PORT]</c>, <c>tcp:HOST[:PORT]</c>, <c>unix:PATH</c>, and
    /// <c>[USER@]HOST[:PORT]</c> or <c>ssh:[USER@]HOST[:PORT]</c> by ssh, as librpmem has it.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="identity">Who we are and whom we trust, which TLS needs; outlives the transport.</param>
    /// <param name="isTrusted">Whether plain TCP may leave this machine.</param>
    /// <exception cref="FormatException">It is no address.</exception>
    /// <exception cref="ArgumentException">TLS without an identity.</exception>
    public static IReplicaTransport To(string address, ReplicaIdentity? identity = null, bool isTrusted = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        int colon = address.IndexOf(':', StringComparison.Ordinal);
        string rest = address[(colon + 1)..];
        switch (colon < 0 ? string.Empty : address[..colon])
        {
            case "unix":
                return Unix(rest);
            case "tcp":
                var plain = RpmemTarget.Parse(rest);
                return Tcp(plain.Host, plain.PortOr(DefaultPort), isTrusted);
            case "tls":
                var secured = RpmemTarget.Parse(rest);
                return Tls(
                    secured.Host,
                    identity ?? throw new ArgumentException($"'{address}' needs the identity of this machine, which TLS shows. Name the directory that holds its certificate (pmt: --identity).", nameof(identity)),
                    secured.PortOr(DefaultPort));
            case "ssh":
                return Ssh(RpmemTarget.Parse(rest));
            default:
                return Ssh(RpmemTarget.Parse(address));
        }
    }

    /// <summary>A Unix socket on this machine. Whoever may write to the socket file is trusted.</summary>
    /// <param name="path">Path of the socket.</param>
    public static IReplicaTransport Unix(string path)
    {
        var place = new UnixDomainSocketEndPoint(path);
        return new SocketTransport($"unix:{path}", _ => [place], s => new SocketConnection(s, Local));
    }

    /// <summary>
    /// Plain TCP, neither authenticated nor encrypted: for loopback, and for networks that <paramref name="isTrusted"/> says
    /// are protected beneath.
    /// </summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port, 1 to 65535.</param>
    /// <param name="isTrusted">Whether addresses that are not loopback may be used.</param>
    public static IReplicaTransport Tcp(string host, int port = DefaultPort, bool isTrusted = false)
    {
        RequirePort(port);
        return new SocketTransport(
            FormattableString.Invariant($"tcp:{host}:{port}"),
            time => [.. Resolve(host, port, time).Where(p => isTrusted || IPAddress.IsLoopback(p.Address) ? true : throw Untrusted(p.Address))],
            s => new SocketConnection(s, Local));
    }

    /// <summary>TLS 1.3 over TCP; both sides show certificates of one private authority.</summary>
    /// <param name="host">Name or address, which the certificate of the target must carry.</param>
    /// <param name="identity">Who we are and whom we trust; outlives the transport.</param>
    /// <param name="port">Port, 1 to 65535.</param>
    public static IReplicaTransport Tls(string host, ReplicaIdentity identity, int port = DefaultPort)
    {
        ArgumentNullException.ThrowIfNull(identity);
        RequirePort(port);
        return new SocketTransport(
            FormattableString.Invariant($"tls:{host}:{port}"),
            time => Resolve(host, port, time),
            s => new TlsConnection(new SocketConnection(s, Local), identity, host));
    }

    /// <summary>
    /// The ssh client, which starts the tool at the target: nothing else is needed there. Lanes run beside it over TLS where a port
    /// can be reached. <c>RPMEM_SSH</c> names another client, <c>RPMEM_CMD</c> another command; they are looked at here.
    /// (replication specification, section 5)
    /// </summary>
    /// <param name="target">User, host, and port of ssh.</param>
    /// <param name="usesStdioOnly">Whether everything goes through ssh.</param>
    /// <exception cref="FormatException">The port is no number from 1 to 65535.</exception>
    public static IReplicaTransport Ssh(RpmemTarget target, bool usesStdioOnly = false)
    {
        ArgumentNullException.ThrowIfNull(target);
        _ = target.PortOr(SshCommand.DefaultPort);
        return new SshTransport(target, SshCommand.OfEnvironment(), usesStdioOnly);
    }

    /// <summary>Listens on a Unix socket, which only the owner may use; its file is removed at the end.</summary>
    /// <param name="path">Path of the socket; nothing may be there, not even a socket that a process left.</param>
    /// <exception cref="IOException">It cannot be listened there.</exception>
    public static IReplicaListener ListenUnix(string path)
    {
        return new SocketListener(new UnixDomainSocketEndPoint(path), "unix", path, s => new SocketConnection(s, Local));
    }

    /// <summary>Listens on plain TCP; see <see cref="Tcp"/> for what that means.</summary>
    /// <param name="at">Address and port; port 0 for one of the kernel's choice.</param>
    /// <param name="isTrusted">Whether an address that is not loopback may be used.</param>
    /// <exception cref="ArgumentException">The address is not loopback, and not said to be trusted.</exception>
    /// <exception cref="IOException">It cannot be listened there.</exception>
    public static IReplicaListener ListenTcp(IPEndPoint at, bool isTrusted = false)
    {
        ArgumentNullException.ThrowIfNull(at);
        return isTrusted || IPAddress.IsLoopback(at.Address)
            ? new SocketListener(at, "tcp", path: null, s => new SocketConnection(s, Local))
            : throw new ArgumentException(
                $"Plain TCP at {at.Address} would let anybody in. Use TLS, or declare the network trusted.", nameof(at));
    }

    /// <summary>Listens on TLS 1.3 over TCP.</summary>
    /// <param name="at">Address and port; port 0 for one of the kernel's choice.</param>
    /// <param name="identity">Who we are and whom we trust; outlives the listener.</param>
    /// <exception cref="IOException">It cannot be listened there.</exception>
    public static IReplicaListener ListenTls(IPEndPoint at, ReplicaIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(identity);
        return new SocketListener(at, "tls", path: null, s => new TlsConnection(new SocketConnection(s, Local), identity, target: null));
    }

    private const string Local = "local";

    private static void RequirePort(int port)
    {
        if (port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), FormattableString.Invariant($"{port} is no port. Use 1 to 65535."));
        }
    }

    private static IOException Untrusted(IPAddress address) =>
        new($"Plain TCP to {address} would be open to anybody on the way. Use TLS, or declare the network trusted.");

    // The resolver knows no deadline of ours.
    private static IReadOnlyList<IPEndPoint> Resolve(string host, int port, TimeSpan time)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [new IPEndPoint(literal, port)];
        }

        Task<IPAddress[]> resolving = Dns.GetHostAddressesAsync(host);
        try
        {
            return resolving.Wait(time)
                ? [.. resolving.Result.Select(a => new IPEndPoint(a, port))]
                : throw new TimeoutException($"The name {host} could not be resolved in time.");
        }
        catch (AggregateException e)
        {
            throw new ReplicaHostException($"The name {host} cannot be resolved: {e.InnerException?.Message}. Look at its spelling, /etc/hosts and the name server.", e);
        }
    }
}
