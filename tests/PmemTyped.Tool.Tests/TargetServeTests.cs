using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>The daemon as a process: it says when it is ready, does what it may for whom it may, and ends in good order.</summary>
public sealed class TargetServeTests : IDisposable
{
    private const long PoolBytes = 2 << 20;
    private const string Name = "a.set";
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly PmemSource _source = PmemSource.Anonymous(PoolBytes);
    private readonly PmemMap _map;

    public TargetServeTests() => _map = PmemMap.Map(_source);

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void A_pool_is_created_over_tls_and_every_event_is_a_line(string signal)
    {
        string pki = _directory.File("pki");
        Assert.Equal(0, ToolRun.Of("target", "init", pki, "--listen", "127.0.0.1:0").ExitCode);
        WriteSet(Path.Combine(pki, "targets", "target", "pools"));
        using var target = TargetProcess.Start(Path.Combine(pki, "targets", "target", "target.json"));
        using ReplicaIdentity client = ReplicaIdentity.Load(Path.Combine(pki, "clients", "client"));

        Assert.Equal("ready", target.Ready.GetProperty("event").GetString());
        using (RemotePool pool = Create(ReplicaTransports.Tls("localhost", client, PortOf(target))))
        {
            pool.Persist(4096, 64);
            Expect(target.Next(), "create", "client", 0);
        }

        Expect(target.Next(), "close", "client", 0);
        Assert.Equal(0, target.Stop(signal));
        Assert.Equal("stopping", target.Next().GetProperty("event").GetString());
        Assert.Equal("stopped", target.Next().GetProperty("event").GetString());
    }

    [Fact]
    public void Rights_are_those_of_the_configuration()
    {
        WriteSet(_directory.Path);
        using var target = TargetProcess.Start(Config("""{ "identity": "local", "pools": "b", "may": [ "all" ] }, { "identity": "local", "may": [ "stat" ] }"""));

        RemotePoolException refused = Assert.Throws<RemotePoolException>(() => Create(ToUnix()));

        Assert.Equal(Errno.Access, refused.Errno);
        JsonElement line = target.Next();
        Expect(line, "create", "local", Errno.Access);
        Assert.Equal(Name, line.GetProperty("pool").GetString());
    }

    [Fact]
    public void A_target_that_was_killed_starts_again_over_the_socket_it_left()
    {
        WriteSet(_directory.Path);
        string config = Config("""{ "identity": "local", "may": [ "all" ] }""");
        using (var killed = TargetProcess.Start(config))
        {
            Create(ToUnix()).Dispose();
            Assert.NotEqual(0, killed.Stop("KILL"));
        }

        Assert.True(File.Exists(_directory.File("socket")));
        using var again = TargetProcess.Start(config);
        RemotePool.Open(ToUnix(), Name, _map).Dispose();
        Assert.Equal(0, again.Stop());
        Assert.False(File.Exists(_directory.File("socket")));
    }

    [Fact]
    public void A_second_target_does_not_take_the_socket_of_the_first()
    {
        WriteSet(_directory.Path);
        string config = Config("""{ "identity": "local", "may": [ "all" ] }""");
        using var first = TargetProcess.Start(config);

        ToolRun.Of("target", "serve", "--config", config).AssertCouldNot("Cannot listen at unix:");

        Create(ToUnix()).Dispose();
    }

    [Fact]
    public void A_service_manager_is_told()
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };
        manager.Bind(new UnixDomainSocketEndPoint(_directory.File("notify")));
        using var target = TargetProcess.Start(
            Config("""{ "identity": "local", "may": [ "all" ] }"""),
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _directory.File("notify") });

        byte[] told = new byte[64];
        Assert.Equal("READY=1", Encoding.ASCII.GetString(told, 0, manager.Receive(told)));
        Assert.Equal(0, target.Stop());
        Assert.Equal("STOPPING=1", Encoding.ASCII.GetString(told, 0, manager.Receive(told)));
    }

    private static void Expect(JsonElement line, string what, string identity, int errno)
    {
        Assert.Equal((what, identity, errno), (
            line.GetProperty("event").GetString(), line.GetProperty("identity").GetString(), line.GetProperty("errno").GetInt32()));
        Assert.True(line.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
    }

    private static int PortOf(TargetProcess target) =>
        int.Parse(target.Address.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static void WriteSet(string directory) =>
        File.WriteAllText(Path.Combine(directory, Name), $"PMEMPOOLSET\n2M {Path.Combine(directory, "a.part")}\n");

    private IReplicaTransport ToUnix() => ReplicaTransports.Unix(_directory.File("socket"));

    private RemotePool Create(IReplicaTransport transport) => RemotePool.Create(
        transport, Name, _map, new RemotePoolAttributes { Signature = 1, Major = 1, PoolSetUuid = Guid.NewGuid(), Uuid = Guid.NewGuid() });

    private string Config(string rights)
    {
        string path = _directory.File("target.json");
        File.WriteAllText(path, $$"""
            {
              // Comments are allowed.
              "pools": ".",
              "listen": [ { "transport": "unix", "path": "socket" } ],
              "rights": [ {{rights}} ]
            }
            """);
        return path;
    }
}
