using System.Net;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>Connections begin and end at any time, from both sides, and the process goes on.</summary>
public sealed class FabricConnectionTests
{
    private const int Rounds = 60;
    private static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Connections_come_and_go()
    {
        using IReplicaListener listener = FabricTransports.Listen(s_loopback, "tcp");
        IReplicaTransport transport = FabricTransports.To("127.0.0.1", listener.Port, "tcp");
        for (int round = 0; round < Rounds; round++)
        {
            Task<ReplicaConnection> accepting = Task.Run(() => Accepted(listener));
            ReplicaConnection near = transport.Connect(Soon());
            ReplicaConnection far = await accepting;
            near.Send(new byte[100_000], Soon());
            Task<int> receiving = Task.Run(() => ReceiveAll(far));
            switch (round % 3)
            {
                case 0:
                    near.Dispose();
                    break;
                case 1:
                    near.Abort();
                    break;
                default:
                    far.Abort();
                    break;
            }

            int received = await receiving;
            await Task.WhenAll(Task.Run(near.Dispose), Task.Run(far.Dispose));

            // What was sent before the end arrives.
            Assert.Equal(round % 3 == 0 ? 100_000 : Math.Min(received, 100_000), received);
        }
    }

    [Fact]
    public async Task A_listener_may_go_while_somebody_connects()
    {
        for (int round = 0; round < Rounds; round++)
        {
            IReplicaListener listener = FabricTransports.Listen(s_loopback, "tcp");
            IReplicaTransport transport = FabricTransports.To("127.0.0.1", listener.Port, "tcp");
            Task connecting = Task.Run(() => Tried(() => transport.Connect(ReplicaDeadline.After(TimeSpan.FromMilliseconds(200))).Dispose()));
            Task accepting = round % 2 == 0
                ? Task.CompletedTask
                : Task.Run(() => Tried(() => listener.Accept(5)?.Dispose()));
            Thread.SpinWait(round * 1000);
            listener.Dispose();
            await Task.WhenAll(connecting, accepting);
        }
    }

    private static ReplicaDeadline Soon() => ReplicaDeadline.After(TimeSpan.FromSeconds(20));

    private static ReplicaConnection Accepted(IReplicaListener listener)
    {
        ReplicaConnection connection = listener.Accept(20_000)!;
        connection.Handshake(Soon());
        return connection;
    }

    private static int ReceiveAll(ReplicaConnection connection)
    {
        byte[] buffer = new byte[5000];
        int total = 0;
        try
        {
            for (int received = -1; received != 0; total += received)
            {
                received = connection.Receive(buffer, Soon());
            }
        }
        catch (IOException)
        {
            // Aborted.
        }

        return total;
    }

    private static void Tried(Action connect)
    {
        try
        {
            connect();
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // It came too late, which is what the test is about.
        }
    }
}
