using System.Net;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Replication.Transports;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Tests;

/// <summary>Each transport carries bytes, ends at its deadline, and is woken; TLS knows who is who.</summary>
public sealed class TransportTests : IDisposable
{
    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly X509Certificate2 _authority = ReplicaIdentity.CreateAuthority("test authority", s_year);
    private readonly List<IDisposable> _left = [];

    public static TheoryData<string> Kinds => ["memory", "unix", "tcp", "tcp6", "tls"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Bytes_pass_in_both_directions(string kind)
    {
        (ReplicaConnection near, ReplicaConnection far) = Connected(kind);
        byte[] sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        ReplicaDeadline deadline = ReplicaDeadline.After(TimeSpan.FromSeconds(20));

        Task sending = Task.Run(() => near.Send(sent, ReplicaDeadline.After(TimeSpan.FromSeconds(20))));
        Assert.Equal(sent, Receive(far, sent.Length));
        await sending;
        far.Send([1, 2, 3], in deadline);
        Assert.Equal([1, 2, 3], Receive(near, 3));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_deadline_or_a_cancellation_ends_waiting_and_the_connection_goes_on(string kind)
    {
        (ReplicaConnection near, ReplicaConnection far) = Connected(kind);
        using var cancellation = new CancellationTokenSource(100);

        Assert.Throws<TimeoutException>(() => far.Receive(new byte[8], ReplicaDeadline.After(TimeSpan.FromMilliseconds(100))));
        Assert.Throws<OperationCanceledException>(() => far.Receive(new byte[8], ReplicaDeadline.After(TimeSpan.Zero, cancellation.Token)));

        near.Send([7], ReplicaDeadline.After(TimeSpan.FromSeconds(5)));
        Assert.Equal([7], Receive(far, 1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sending_to_one_who_does_not_read_ends_at_the_deadline(string kind)
    {
        (ReplicaConnection near, _) = Connected(kind);
        byte[] much = new byte[64 << 20];

        Assert.Throws<TimeoutException>(() => near.Send(much, ReplicaDeadline.After(TimeSpan.FromMilliseconds(300))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Bytes_arrive_once_although_the_receiver_is_slow(string kind)
    {
        (ReplicaConnection near, ReplicaConnection far) = Connected(kind);
        byte[] sent = new byte[4 << 20];
        new Random(2).NextBytes(sent);
        byte[] received = new byte[sent.Length];

        Task sending = Task.Run(() => near.Send(sent, ReplicaDeadline.After(TimeSpan.FromSeconds(30))));
        for (int done = 0; done < received.Length;)
        {
            // Longer than a slice: whoever sends looks at its deadline meanwhile, with bytes half handed over.
            Thread.Sleep(done % (1 << 20) < 8192 ? 4 * SocketConnection.SliceMs : 0);
            done += far.Receive(received.AsSpan(done, Math.Min(8192, received.Length - done)), ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
        }

        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
        near.Send([7], ReplicaDeadline.After(TimeSpan.FromSeconds(5)));
        Assert.Equal([7], Receive(far, 1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Aborting_wakes_who_waits_on_both_sides(string kind)
    {
        (ReplicaConnection near, ReplicaConnection far) = Connected(kind);
        Task<bool>[] waiting = [.. new[] { near, far }.Select(c => Task.Run(() => IsOver(c)))];
        await Task.Delay(50);

        near.Abort();

        Assert.All(await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10)), Assert.True);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_pool_works_over_it(string kind)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        (IReplicaTransport transport, IReplicaListener listener) = Made(kind);
        bench.Server.Listen(listener);
        using RemotePool pool = RemotePool.Create(
            transport, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes, new RemotePoolOptions { Lanes = 2 });
        bench.Fill(4096, 1 << 20, 5);

        pool.Persist(4096, 1 << 20);
        pool.Persist(8192, 64, lane: 1);

        Assert.Equal(bench.LocalBytes(4096, 1 << 20), bench.PartBytesAt(4096, 1 << 20));
        byte[] read = new byte[1 << 20];
        pool.Read(4096, read);
        Assert.Equal(bench.LocalBytes(4096, 1 << 20), read);
    }

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
        _left.ForEach(l => l.Dispose());
        _authority.Dispose();
        _directory.Dispose();
    }

    private static int ErrnoOf(Action call) => Assert.Throws<RemotePoolException>(call).Errno;

    private static bool IsOver(ReplicaConnection connection)
    {
        try
        {
            return connection.Receive(new byte[1], ReplicaDeadline.Never) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static byte[] Receive(ReplicaConnection connection, int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        for (int done = 0; done < lengthBytes;)
        {
            int received = connection.Receive(bytes.AsSpan(done), ReplicaDeadline.After(TimeSpan.FromSeconds(20)));
            Assert.NotEqual(0, received);
            done += received;
        }

        return bytes;
    }

    private static int PortOf(IReplicaListener listener) =>
        int.Parse(listener.Name.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static IReplicaTransport ToTls(IReplicaListener listener, ReplicaIdentity identity) =>
        ReplicaTransports.Tls("localhost", identity, PortOf(listener));

    private ReplicaIdentity Identity(string name, string? host = null, TimeSpan? lifetime = null) => Left(new ReplicaIdentity(
        ReplicaIdentity.CreateCertificate(_authority, name, host is null ? [] : [host], lifetime ?? s_year),
        X509CertificateLoader.LoadCertificate(_authority.RawData)));

    private T Left<T>(T thing)
        where T : IDisposable
    {
        _left.Add(thing);
        return thing;
    }

    private (ReplicaConnection Near, ReplicaConnection Far) Connected(string kind)
    {
        (IReplicaTransport transport, IReplicaListener listener) = Made(kind);
        Task<ReplicaConnection> accepting = Task.Run(() =>
        {
            ReplicaConnection accepted = listener.Accept(10_000)!;
            accepted.Handshake(ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
            return accepted;
        });
        ReplicaConnection near = Left(transport.Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
        near.Handshake(ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
        return (near, Left(accepting.GetAwaiter().GetResult()));
    }

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
