using System.Globalization;
using PmemTyped.Mapping;
using PmemTyped.Replication;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>What a remote pool costs over bare sockets, with the target in a second process.</summary>
internal static class ReplicationComparison
{
    private const long PoolBytes = 16 << 20;
    private const int Lanes = 8;
    private const int PerDrain = 64;
    private const int SmallBytes = 64;
    private static readonly int[] s_sizes = [SmallBytes, 4 << 10, 64 << 10, 1 << 20];

    internal static void Run(string parent)
    {
        MachineFacts.Print(parent);
        string directory = Path.Combine(parent, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try
        {
            foreach (string name in new[] { "plain.set", "tls.set", "open.set" })
            {
                File.WriteAllText(Path.Combine(directory, name), $"PMEMPOOLSET\n16M {Path.Combine(directory, name)}.part\n");
            }

            File.WriteAllText(Path.Combine(directory, "resync.set"), $"PMEMPOOLSET\n64M {Path.Combine(directory, "resync.set")}.part\n");
            ReplicationTarget.MakeCertificates(directory);
            using ReplicationTarget target = ReplicationTarget.Start(directory);
            using ReplicaIdentity identity = ReplicationTarget.Identity(directory, "initiator");
            Compare(target, identity);
            ReplicationResync.Run(directory, ReplicaTransports.Tcp("127.0.0.1", target.TcpPort));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Compare(ReplicationTarget target, ReplicaIdentity identity)
    {
        using PmemSource source = PmemSource.Anonymous(PoolBytes);
        using PmemMap local = PmemMap.Map(source);
        RemotePoolAttributes attributes = new() { Signature = 1, Major = 1, Incompat = 2 };
        RemotePoolOptions options = new() { Lanes = Lanes };
        IReplicaTransport plain = ReplicaTransports.Tcp("127.0.0.1", target.TcpPort);
        IReplicaTransport secure = ReplicaTransports.Tls("127.0.0.1", identity, target.TlsPort);
        using RemotePool pool = RemotePool.Create(plain, "plain.set", local, attributes, options);
        using RemotePool tls = RemotePool.Create(secure, "tls.set", local, attributes, options);
        RemotePool.Create(plain, "open.set", local, attributes).Close();
        Console.WriteLine($"# target on {pool.Durability} storage; peers are bare sockets in this process");
        foreach (int bytes in s_sizes)
        {
            using var raw = new RawPingPong(target.RawPort, bytes);
            Interleaved.Compare(Name("persist", bytes, 1), new RemotePersists(pool, 0, bytes), raw);
        }

        foreach (int bytes in new[] { SmallBytes, 4 << 10, 1 << 20 })
        {
            RawPingPong[] raw = [.. Enumerable.Range(0, Lanes).Select(_ => new RawPingPong(target.RawPort, bytes))];
            Concurrently.Compare(
                Name("persist", bytes, Lanes),
                Lanes,
                new OnePerThread([.. Enumerable.Range(0, Lanes).Select(i => new RemotePersists(pool, i, bytes))]),
                new OnePerThread(raw));
            Array.ForEach(raw, r => r.Dispose());
        }

        using (var pipelined = new RawPingPong(target.RawPort, SmallBytes, PerDrain))
        {
            Interleaved.Compare(Name("flush", SmallBytes, 1), new RemoteFlushes(pool, SmallBytes, PerDrain), pipelined);
        }

        Interleaved.Compare(Name("tls", SmallBytes, 1), new RemotePersists(tls, 0, SmallBytes), new RemotePersists(pool, 0, SmallBytes));
        Floor("open.tcp", new RemoteOpens(() => RemotePool.Open(plain, "open.set", local)));
        Floor("open.tls", new RemoteOpens(() => RemotePool.Open(secure, "open.set", local)));
    }

    private static void Floor(string name, Contender contender) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"floor replication.{name} {Interleaved.Measure(contender):F1}"));

    private static string Name(string what, int bytes, int lanes) =>
        string.Create(CultureInfo.InvariantCulture, $"replication.{what}.{bytes}.{lanes}");
}
