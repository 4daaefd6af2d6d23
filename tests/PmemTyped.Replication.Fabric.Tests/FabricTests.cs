using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>Pools over a fabric, with a target in this process or in another one that is killed, and what is refused.</summary>
public sealed class FabricTests
{
    private static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    [Fact]
    public void A_pool_is_created_persisted_closed_and_opened_again()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        IReplicaTransport transport = Listening(bench);
        using (RemotePool created = RemotePool.Create(
            transport, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes, new RemotePoolOptions { Lanes = 4 }))
        {
            bench.Fill(4096, 1 << 20, 3);
            for (int lane = 0; lane < 4; lane++)
            {
                created.Persist(4096 + (lane * 65536), 65536, lane);
            }

            created.Close();
        }

        using RemotePool opened = RemotePool.Open(transport, ReplicaBench.Name, bench.Local);
        byte[] read = new byte[4 * 65536];
        opened.Read(4096, read);

        Assert.Equal(ReplicaBench.Attributes, opened.Attributes);
        Assert.Equal(bench.LocalBytes(4096, read.Length), read);
    }

    [Fact]
    public void Flushes_without_a_drain_do_not_wait_for_answers_that_nobody_takes()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        using RemotePool pool = RemotePool.Create(Listening(bench), ReplicaBench.Name, bench.Local, ReplicaBench.Attributes);

        // Larger than what is gathered, so that each is sent, and answered, by itself.
        for (int i = 0; i < 2000; i++)
        {
            pool.Flush(4096, 4104);
        }

        pool.Drain();
    }

    [Fact]
    public void A_killed_target_is_noticed()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using Process target = Compiled.Start(host, typeof(FabricTests).Assembly.Location, Program.ServeVerb, bench.Directory.Path, "tcp");
        try
        {
            int port = int.Parse(target.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
            using RemotePool pool = RemotePool.Create(
                FabricTransports.To("127.0.0.1", port, "tcp"), ReplicaBench.Name, bench.Local, ReplicaBench.Attributes);
            pool.Persist(4096, 64);
            target.Kill();
            target.WaitForExit();

            RemotePoolException lost = Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64));

            Assert.True(lost.IsFatal);
        }
        finally
        {
            target.Kill();
        }
    }

    [Fact]
    public void A_missing_library_is_explained()
    {
        IOException missing = Assert.Throws<IOException>(() => FabricProviders.Load("libfabric-that-is-not-there.so.1"));

        Assert.Contains("the package libfabric1", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_another_one_is_refused()
    {
        Assert.Throws<IOException>(() => FabricProviders.Load("libc.so.6"));
    }

    [Fact]
    public void A_missing_provider_is_explained()
    {
        IOException missing = Assert.Throws<IOException>(() => FabricTransports.Listen(s_loopback, "no-such-provider"));
        IOException there = Assert.Throws<IOException>(
            () => FabricTransports.To("127.0.0.1", 9, "no-such-provider").Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(5))));

        Assert.All(new[] { missing, there }, e => Assert.Contains("fi_info", e.Message, StringComparison.Ordinal));
        Assert.All(new[] { missing, there }, e => Assert.Contains("'no-such-provider'", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_provider_that_ends_processes_is_refused()
    {
        Assert.Throws<ArgumentException>(() => FabricTransports.Listen(s_loopback, "sockets"));
        Assert.Throws<ArgumentException>(() => FabricTransports.To("127.0.0.1", provider: "sockets"));
    }

    [Fact]
    public void A_fabric_is_for_loopback_unless_declared_trusted()
    {
        Assert.Throws<ArgumentException>(() => FabricTransports.Listen(new IPEndPoint(IPAddress.Any, 0)));
        Assert.Contains(
            "trusted",
            Assert.Throws<IOException>(() => FabricTransports.To("192.0.2.1").Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(1)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_who_listens_is_an_error_and_a_place_that_is_taken_too()
    {
        using IReplicaListener taken = FabricTransports.Listen(s_loopback, "tcp");
        int port = taken.Port;

        Assert.Throws<IOException>(() => FabricTransports.Listen(new IPEndPoint(IPAddress.Loopback, port), "tcp"));
        taken.Dispose();
        Assert.Throws<IOException>(
            () => FabricTransports.To("127.0.0.1", port, "tcp").Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(5))));
    }

    [Fact]
    public void A_name_that_leads_nowhere_is_told_apart()
    {
        Assert.Throws<ReplicaHostException>(
            () => FabricTransports.To("no-such-host.invalid").Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(20))));
    }

    [Fact]
    public void A_target_that_nobody_accepts_at_is_given_up_at_the_deadline()
    {
        using IReplicaListener silent = FabricTransports.Listen(s_loopback, "tcp");
        var clock = Stopwatch.StartNew();

        Assert.Throws<TimeoutException>(
            () => FabricTransports.To("127.0.0.1", silent.Port, "tcp").Connect(ReplicaDeadline.After(TimeSpan.FromMilliseconds(200))));
        Assert.InRange(clock.ElapsedMilliseconds, 150, 10_000);
    }

    [Fact]
    public void Garbage_on_the_port_harms_nobody_else()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        IReplicaTransport transport = Listening(bench, out int port);
        var random = new Random(7);
        List<Socket> strangers = [];
        for (int i = 0; i < 40; i++)
        {
            var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            stranger.Connect(IPAddress.Loopback, port);
            byte[] garbage = new byte[random.Next(0, 600)];
            random.NextBytes(garbage);
            _ = stranger.Send(garbage);
            if (i % 2 == 0)
            {
                stranger.Dispose();
            }

            // The others stay, silent.
            strangers.Add(stranger);
        }

        using RemotePool pool = RemotePool.Create(transport, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes);
        pool.Persist(4096, 64);
        strangers.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Waiting_costs_no_processor()
    {
        using IReplicaListener listener = FabricTransports.Listen(s_loopback, "tcp");
        Task<ReplicaConnection> accepting = Task.Run(() =>
        {
            ReplicaConnection accepted = listener.Accept(10_000)!;
            accepted.Handshake(ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
            return accepted;
        });
        using ReplicaConnection near = FabricTransports.To("127.0.0.1", listener.Port, "tcp").Connect(ReplicaDeadline.After(TimeSpan.FromSeconds(10)));
        using ReplicaConnection far = await accepting;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;

        Assert.Throws<TimeoutException>(() => near.Receive(new byte[1], ReplicaDeadline.After(TimeSpan.FromSeconds(1))));

        // A loop that is busy needs the whole second.
        Assert.InRange((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds, 0, 500);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1 << 20)]
    public void A_persist_allocates_nothing(int lengthBytes)
    {
        const int Rounds = 8;
        const int Calls = 100;
        using var bench = new ReplicaBench();
        bench.WriteSet();
        using RemotePool pool = RemotePool.Create(
            Listening(bench),
            ReplicaBench.Name,
            bench.Local,
            ReplicaBench.Attributes,
            new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1) });
        void Run()
        {
            for (int i = 0; i < Calls; i++)
            {
                pool.Persist(8192, lengthBytes);
            }
        }

        Run();
        long least = long.MaxValue;
        long callers = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long own = GC.GetAllocatedBytesForCurrentThread();
            Run();
            callers += GC.GetAllocatedBytesForCurrentThread() - own;
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, callers);

        // All threads are counted here, those of the test runner too, so that the quietest round counts; what a frame allocated would be
        // in every round, and be more than a byte.
        Assert.InRange(least, 0, (Calls * Math.Max(1, lengthBytes / TargetLane.AtomicBytes)) - 1);
    }

    private static IReplicaTransport Listening(ReplicaBench bench) => Listening(bench, out _);

    private static IReplicaTransport Listening(ReplicaBench bench, out int port)
    {
        IReplicaListener listener = FabricTransports.Listen(s_loopback, "tcp");
        bench.Server.Listen(listener);
        port = listener.Port;
        return FabricTransports.To("127.0.0.1", port, "tcp");
    }
}
