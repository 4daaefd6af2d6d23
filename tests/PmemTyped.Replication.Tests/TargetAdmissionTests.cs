using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>What strangers may cost a target is bounded, and costs nobody else (replication specification, 19.8).</summary>
public sealed class TargetAdmissionTests
{
    private static readonly ReplicaServerOptions s_options = new() { PoolSetDirectory = "/", MaxPending = 2, MaxFailuresPerMinute = 3 };
    private long _now = 1_000_000;

    [Fact]
    public void An_address_that_fails_too_often_waits_and_others_do_not()
    {
        TargetAdmission admission = new(s_options, () => _now);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(admission.TryEnter("192.0.2.1"));
            admission.Leave();
            admission.NoteFailure("192.0.2.1");
        }

        Assert.False(admission.TryEnter("192.0.2.1"));
        Assert.True(admission.TryEnter("192.0.2.2"));
        admission.Leave();

        // A third of the minute later one failure is forgotten.
        _now += 20_001;
        Assert.True(admission.TryEnter("192.0.2.1"));
        admission.Leave();
        admission.NoteFailure("192.0.2.1");
        Assert.False(admission.TryEnter("192.0.2.1"));
    }

    [Fact]
    public void This_machine_is_not_limited_and_places_are()
    {
        TargetAdmission admission = new(s_options, () => _now);
        for (int i = 0; i < 100; i++)
        {
            admission.NoteFailure(string.Empty);
        }

        Assert.True(admission.TryEnter(string.Empty));
        Assert.True(admission.TryEnter(string.Empty));
        Assert.False(admission.TryEnter(string.Empty));
        admission.Leave();
        Assert.True(admission.TryEnter(string.Empty));
    }

    [Fact]
    public void Addresses_are_remembered_in_bounded_memory_and_forgotten_in_a_minute()
    {
        TargetAdmission admission = new(s_options, () => _now);
        for (int i = 0; i < TargetAdmission.MaxAddresses; i++)
        {
            admission.NoteFailure(i.ToString(CultureInfo.InvariantCulture));
        }

        Assert.False(admission.TryEnter("192.0.2.1"));
        _now += 60_001;
        Assert.True(admission.TryEnter("192.0.2.1"));
    }

    [Fact]
    public void Strangers_at_a_socket_are_refused_after_some_and_initiators_before()
    {
        using var bench = new ReplicaBench(o => o with { MaxFailuresPerMinute = 3 });
        bench.WriteSet();
        IReplicaListener listener = ReplicaTransports.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0));
        bench.Server.Listen(listener);
        int port = int.Parse(listener.Name.Split(':')[^1], CultureInfo.InvariantCulture);
        IReplicaTransport transport = ReplicaTransports.Tcp("127.0.0.1", port);
        RemotePool.Create(transport, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes).Close();
        for (int i = 0; i < 20; i++)
        {
            RemotePool.Open(transport, ReplicaBench.Name, bench.Local).Close();
        }

        for (int i = 0; i < 3; i++)
        {
            using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            stranger.Connect(IPAddress.Loopback, port);
            stranger.Send(new byte[64]);
            while (stranger.Receive(new byte[1024]) > 0)
            {
                // The refusal, then the end.
            }
        }

        Assert.Equal(RemoteErrno.ConnectionReset, Assert.Throws<RemotePoolException>(() => RemotePool.Stat(transport, ReplicaBench.Name)).Errno);
    }

    [Fact]
    public void Connections_that_only_ask_are_bounded_too()
    {
        using var bench = new ReplicaBench(o => o with { MaxPending = 2 });
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { Lanes = 4, ConnectsAllLanes = true });
        ReplicaConnection[] idle = [bench.Wire.Connect(ReplicaDeadline.Never), bench.Wire.Connect(ReplicaDeadline.Never)];
        foreach (ReplicaConnection connection in idle)
        {
            Layout.ControlRequestLayout request = default;
            _ = new Initiator.RemoteControl(connection).Ask(
                Frames.ControlOperation.Stat,
                new Frames.ControlMessage(request, null, ReplicaBench.Name),
                ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
        }

        Assert.Throws<RemotePoolException>(() => RemotePool.Stat(bench.Wire, ReplicaBench.Name));
        pool.Persist(4096, 64, lane: 3);
        Array.ForEach(idle, c => c.Dispose());
        Assert.True(SpinWait.SpinUntil(() => CanAsk(bench), TimeSpan.FromSeconds(10)));
    }

    private static bool CanAsk(ReplicaBench bench)
    {
        try
        {
            return RemotePool.Stat(bench.Wire, ReplicaBench.Name).HasHeaders;
        }
        catch (RemotePoolException)
        {
            return false;
        }
    }
}
