using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>A server that stops answers what it received.</summary>
public sealed class ServerStopTests
{
    [Fact]
    public async Task A_drain_that_arrived_before_the_server_stopped_is_answered()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        var wire = new MemoryReplicaTransport();
        var gated = new GatedListener(wire);
        bench.Server.Listen(gated);
        var counted = new UnreliableTransport(wire);
        using RemotePool pool = RemotePool.Create(counted, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes);
        bench.Fill(4096, 64, 7);

        // The lane has the frame in its buffer, and reads it when the server has begun to stop.
        gated.Close();
        int sends = counted.Sends;
        Task persist = Task.Run(() => pool.Persist(4096, 64));
        Assert.True(SpinWait.SpinUntil(() => counted.Sends > sends, TimeSpan.FromSeconds(10)));
        bench.Server.Dispose();

        await persist.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(bench.LocalBytes(4096, 64), bench.PartBytesAt(4096, 64));
    }

    [Fact]
    public async Task A_lane_that_never_ends_does_not_hold_up_the_server()
    {
        using var bench = new ReplicaBench(o => o with { StopTimeout = TimeSpan.FromMilliseconds(200) });
        bench.WriteSet();
        var wire = new MemoryReplicaTransport();
        var gated = new GatedListener(wire) { IsDeaf = true };
        bench.Server.Listen(gated);
        using RemotePool pool = RemotePool.Create(wire, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes);
        gated.Close();

        await Task.Run(bench.Server.Dispose).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Connections that receive nothing while the gate is closed; ending them opens it.</summary>
    private sealed class GatedListener(IReplicaListener inner) : IReplicaListener
    {
        private volatile bool _isClosed;

        public string Name => inner.Name;

        internal bool IsDeaf { get; init; }

        public ReplicaConnection? Accept(int waitMs) => inner.Accept(waitMs) is { } connection ? new Gated(connection, this) : null;

        internal void Close() => _isClosed = true;

        public void Dispose() => inner.Dispose();

        private sealed class Gated(ReplicaConnection connection, GatedListener owner) : ReplicaConnection
        {
            public override string PeerIdentity => connection.PeerIdentity;

            public override bool ProtectsPayload => connection.ProtectsPayload;

            public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
            {
                int received = connection.Receive(buffer, in deadline);
                while (owner._isClosed)
                {
                    deadline.ThrowIfOver();
                    Thread.Sleep(5);
                }

                return received;
            }

            public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => connection.Send(bytes, in deadline);

            public override void EndReceiving()
            {
                if (!owner.IsDeaf)
                {
                    connection.EndReceiving();
                    owner._isClosed = false;
                }
            }

            public override void Abort()
            {
                connection.Abort();
                owner._isClosed = false;
            }
        }
    }
}
