using System.Diagnostics;
using System.Globalization;
using System.Net;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>A peer written in C against the headers: one who keeps the rules, one who is killed, and some who lie.</summary>
public sealed class FabricPeerTests : IDisposable
{
    // What an initiator says: magic, 32 messages, 32 KiB each.
    private const string Greeting = "506D744661623100" + "20000000" + "00800000";

    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly IReplicaListener _listener = FabricTransports.Listen(new IPEndPoint(IPAddress.Loopback, 0), "tcp");
    private Process? _peer;

    [FabricFact]
    public void Bytes_of_a_peer_in_C_arrive_and_its_death_is_the_end_of_the_stream()
    {
        using ReplicaConnection connection = Accepted("answer");
        byte[] buffer = new byte[16];

        Assert.Equal(5, connection.Receive(buffer, ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
        _peer!.Kill();
        Assert.Equal(0, connection.Receive(buffer, ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
        Assert.Throws<IOException>(() => connection.Send([1], ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
    }

    [FabricFact]
    public void Who_waits_is_woken_by_the_death_of_the_peer()
    {
        using ReplicaConnection connection = Accepted("wait");
        Task<int> waiting = Task.Run(() => connection.Receive(new byte[1], ReplicaDeadline.After(TimeSpan.FromSeconds(20))));

        _peer!.Kill();

        Assert.Equal(0, waiting.GetAwaiter().GetResult());
    }

    [FabricFact]
    public void A_message_without_a_header_ends_the_connection() => Lie("short", "without a header");

    [FabricFact]
    public void A_message_with_a_wrong_length_ends_the_connection() => Lie("long", "contradicts itself");

    [FabricFact]
    public void A_peer_that_grants_more_than_it_has_ends_the_connection() => Lie("room", "contradicts itself");

    [FabricFact]
    public void A_stranger_is_refused_before_anything_is_made_for_it()
    {
        foreach (string greeting in new[]
        {
            string.Empty, "00", "506D744661623200" + "20000000" + "00800000", "506D744661623100" + "FFFFFFFF" + "00800000",
            "506D744661623100" + "20000000" + "00000080", "506D744661623100" + "00000000" + "00800000",
        })
        {
            _peer = Start("wait", greeting);
            Task<string?> answer = _peer.StandardOutput.ReadLineAsync();

            Assert.Null(_listener.Accept(5000));
            Assert.NotEqual("connected", answer.GetAwaiter().GetResult());
            _peer.Dispose();
        }

        using ReplicaConnection connection = Accepted("answer");
        Assert.Equal(5, connection.Receive(new byte[5], ReplicaDeadline.After(TimeSpan.FromSeconds(10))));
    }

    public void Dispose()
    {
        _peer?.Kill();
        _peer?.Dispose();
        _listener.Dispose();
        _directory.Dispose();
    }

    private void Lie(string mode, string reason)
    {
        using ReplicaConnection connection = Accepted(mode);

        IOException refused = Assert.Throws<IOException>(
            () => connection.Receive(new byte[16], ReplicaDeadline.After(TimeSpan.FromSeconds(10))));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private ReplicaConnection Accepted(string mode)
    {
        _peer = Start(mode, Greeting);
        ReplicaConnection connection = _listener.Accept(10_000)!;
        connection.Handshake(ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
        return connection;
    }

    private Process Start(string mode, string greeting)
    {
        string program = _directory.File("peer");
        if (!File.Exists(program))
        {
            Compiled.Compile(Path.Combine(AppContext.BaseDirectory, "Peer.c"), program);
        }

        return Compiled.Start(program, "tcp", _listener.Port.ToString(CultureInfo.InvariantCulture), greeting, mode);
    }
}
