using System.Net;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Replication.Transports;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Tests;

// The transports that need nothing but the runtime, and what only one of them has; TLS knows who is who.
public sealed partial class TransportTests
{
    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly X509Certificate2 _authority = ReplicaIdentity.CreateAuthority("test authority", s_year);

    public static TheoryData<string> Kinds => ["memory", "unix", "tcp", "tcp6", "tls"];

    [Fact]
    public void Tls_names_the_initiator_and_grants_are_for_it()
    {
        using var bench = new ReplicaBench(o => o with { Grants = [new ReplicaGrant("alice", "", ReplicaRights.All)] });
        bench.WriteSet();
        IReplicaListener listener = Left(ReplicaTransports.ListenTls(new IPEndPoint(IPAddress.Loopback, 0), Identity("target", "localhost")));
        bench.Server.Listen(listener);

        RemotePool.Create(ToTls(listener, Identity("alice")), ReplicaBench.Name, bench.Local, ReplicaBench.Attributes).Dispose();
        Assert.Equal(Errno.Access, ErrnoOf(() => RemotePool.Open(ToTls(listener, Identity("bob")), ReplicaBench.Name, bench.Local)));
    }

    [Fact]
    public void Tls_refuses_strangers_wrong_names_and_expired_certificates()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        using X509Certificate2 other = ReplicaIdentity.CreateAuthority("other authority", s_year);
        IReplicaListener listener = Left(ReplicaTransports.ListenTls(new IPEndPoint(IPAddress.Loopback, 0), Identity("target", "localhost")));
        IReplicaListener misnamed = Left(ReplicaTransports.ListenTls(new IPEndPoint(IPAddress.Loopback, 0), Identity("target", "elsewhere")));
        IReplicaListener expired = Left(ReplicaTransports.ListenTls(
            new IPEndPoint(IPAddress.Loopback, 0), Identity("target", "localhost", lifetime: TimeSpan.FromMinutes(-1))));
        bench.Server.Listen(listener);
        bench.Server.Listen(misnamed);
        bench.Server.Listen(expired);
        ReplicaIdentity stranger = Left(new ReplicaIdentity(
            ReplicaIdentity.CreateCertificate(other, "alice", [], s_year), X509CertificateLoader.LoadCertificate(_authority.RawData)));
        ReplicaIdentity late = Identity("alice", lifetime: TimeSpan.FromMinutes(-1));

        Assert.All(
            new[] { ToTls(listener, stranger), ToTls(listener, late), ToTls(misnamed, Identity("alice")), ToTls(expired, Identity("alice")) },
            t => Assert.Equal(RemoteErrno.ConnectionReset, ErrnoOf(() => RemotePool.Stat(t, ReplicaBench.Name))));
        Assert.Equal(Errno.NoEntry, ErrnoOf(() => RemotePool.Stat(ToTls(listener, Identity("alice")), ReplicaBench.Name)));
    }

    [Fact]
    public void A_ticket_is_good_once_for_its_owner_and_not_for_long()
    {
        var session = new Target.TargetSession("n", "alice", null!, null!, 2, isCreated: false);
        Guid once = session.NewTicket(TimeSpan.FromSeconds(10));
        Guid stolen = session.NewTicket(TimeSpan.FromSeconds(10));
        Guid late = session.NewTicket(TimeSpan.FromMilliseconds(-1));

        Assert.True(session.TryUse(once, "alice"));
        Assert.False(session.TryUse(once, "alice"));
        Assert.False(session.TryUse(stolen, "bob"));
        Assert.False(session.TryUse(late, "alice"));
        Assert.False(session.TryUse(Guid.NewGuid(), "alice"));
    }

    [Fact]
    public void Plain_tcp_is_for_loopback_unless_declared_trusted()
    {
        Assert.Throws<ArgumentException>(() => ReplicaTransports.ListenTcp(new IPEndPoint(IPAddress.Any, 0)));
        Assert.Throws<IOException>(() => ReplicaTransports.Tcp("192.0.2.1").Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public void A_host_that_does_not_answer_is_given_up_at_the_deadline()
    {
        IReplicaTransport nowhere = ReplicaTransports.Tcp("192.0.2.1", isTrusted: true);

        // Refused, unreachable or silent, as the machine is connected; it ends.
        Assert.Throws<RemotePoolException>(
            () => RemotePool.Stat(nowhere, "x", new RemotePoolOptions { OpenTimeout = TimeSpan.FromMilliseconds(300) }));
    }

    [Fact]
    public void A_unix_socket_belongs_to_its_owner_and_goes_with_the_listener()
    {
        string path = _directory.File("socket");
        IReplicaListener listener = ReplicaTransports.ListenUnix(path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<IOException>(() => ReplicaTransports.ListenUnix(path));
        listener.Dispose();
        Assert.False(File.Exists(path));
    }

    public void Dispose()
    {
        DisposeLeft();
        _authority.Dispose();
        _directory.Dispose();
    }

    private static int ErrnoOf(Action call) => Assert.Throws<RemotePoolException>(call).Errno;

    private static int PortOf(IReplicaListener listener) =>
        int.Parse(listener.Name.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static IReplicaTransport ToTls(IReplicaListener listener, ReplicaIdentity identity) =>
        ReplicaTransports.Tls("localhost", identity, PortOf(listener));

    private ReplicaIdentity Identity(string name, string? host = null, TimeSpan? lifetime = null) => Left(new ReplicaIdentity(
        ReplicaIdentity.CreateCertificate(_authority, name, host is null ? [] : [host], lifetime ?? s_year),
        X509CertificateLoader.LoadCertificate(_authority.RawData)));

    private (IReplicaTransport Transport, IReplicaListener Listener) Made(string kind)
    {
        switch (kind)
        {
            case "memory":
                MemoryReplicaTransport memory = Left(new MemoryReplicaTransport());
                return (memory, memory);
            case "unix":
                string path = _directory.File("socket");
                return (ReplicaTransports.Unix(path), Left(ReplicaTransports.ListenUnix(path)));
            case "tls":
                IReplicaListener tls = Left(ReplicaTransports.ListenTls(new IPEndPoint(IPAddress.Loopback, 0), Identity("target", "localhost")));
                return (ToTls(tls, Identity("initiator")), tls);
            default:
                IPAddress at = kind == "tcp" ? IPAddress.Loopback : IPAddress.IPv6Loopback;
                IReplicaListener tcp = Left(ReplicaTransports.ListenTcp(new IPEndPoint(at, 0)));
                return (ReplicaTransports.Tcp(at.ToString(), PortOf(tcp)), tcp);
        }
    }
}
