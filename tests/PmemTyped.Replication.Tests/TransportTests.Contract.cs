using PmemTyped.Replication.Tests.Support;
using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// Each transport carries bytes, ends at its deadline, and is woken. The other part of the class says which ones there are; tests of
/// optional transports link this file and bring a part of their own.
/// </summary>
public sealed partial class TransportTests : IDisposable
{
    private readonly List<IDisposable> _left = [];

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

    private void DisposeLeft() => _left.ForEach(l => l.Dispose());

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
}
