using System.Globalization;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Replication.Fabric;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// What a remote pool costs over bare sockets, with the target in a second process. Peers named <c>stored</c> do the target's work
/// too: they receive into a mapped file and flush it. The row <c>sslstream</c> is what the TLS of the runtime costs without us, and the
/// peer named so is that. The peer of the row <c>tls</c> is our own pool without TLS, that of <c>raw</c> a bare socket without TLS.
/// The row <c>fabric</c> goes over libfabric with the provider tcp.
/// </summary>
internal sealed class ReplicationComparison
{
    private const long PoolBytes = 16 << 20;
    private const int Lanes = 8;
    private const int PerDrain = 64;
    private const int SmallBytes = 64;
    private const int LargeBytes = 1 << 20;
    private static readonly int[] s_sizes = [SmallBytes, 4 << 10, 64 << 10, LargeBytes];

    private readonly ReplicationTarget _target;
    private readonly string _directory;
    private readonly string? _only;

    private ReplicationComparison(ReplicationTarget target, string directory, string? only)
    {
        _target = target;
        _directory = directory;
        _only = only;
    }

    internal static void Run(string parent, string? only)
    {
        MachineFacts.Print(parent);
        string directory = Path.Combine(parent, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try
        {
            foreach (string name in new[] { "plain.set", "tls.set", "open.set", "fabric.set" })
            {
                File.WriteAllText(Path.Combine(directory, name), $"PMEMPOOLSET\n16M {Path.Combine(directory, name)}.part\n");
            }

            File.WriteAllText(Path.Combine(directory, "resync.set"), $"PMEMPOOLSET\n64M {Path.Combine(directory, "resync.set")}.part\n");
            ReplicationTarget.MakeCertificates(directory);
            using ReplicationTarget target = ReplicationTarget.Start(directory);
            using ReplicaIdentity identity = ReplicationTarget.Identity(directory, "initiator");
            var comparison = new ReplicationComparison(target, directory, only);
            comparison.Compare(identity);
            if (comparison.Wants("resync"))
            {
                ReplicationResync.Run(directory, ReplicaTransports.Tcp("127.0.0.1", target.TcpPort));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void Compare(ReplicaIdentity identity)
    {
        using PmemSource source = PmemSource.Anonymous(PoolBytes);
        using PmemMap local = PmemMap.Map(source);
        RemotePoolAttributes attributes = new() { Signature = 1, Major = 1, Incompat = 2 };
        RemotePoolOptions options = new() { Lanes = Lanes };
        IReplicaTransport plain = ReplicaTransports.Tcp("127.0.0.1", _target.TcpPort);
        IReplicaTransport secure = ReplicaTransports.Tls("127.0.0.1", identity, _target.TlsPort);
        using RemotePool pool = RemotePool.Create(plain, "plain.set", local, attributes, options);
        using RemotePool tls = RemotePool.Create(secure, "tls.set", local, attributes, options);
        RemotePool.Create(plain, "open.set", local, attributes).Close();
        Console.WriteLine($"# target on {pool.Durability} storage; peers are bare sockets in this process");
        ComparePersists(pool);
        ComparePipelined(pool);
        CompareTls(tls, pool);
        CompareFabric(local, attributes);
        Row(Name("typed", SmallBytes, 1), name =>
        {
            using var raw = new RawPingPong(_target.RawPort, SmallBytes);
            using var records = new ReplicatedRecords(_directory, plain);
            Interleaved.Compare(name, records, raw);
        });
        Floor("open.tcp", new RemoteOpens(() => RemotePool.Open(plain, "open.set", local)));
        Floor("open.tls", new RemoteOpens(() => RemotePool.Open(secure, "open.set", local)));
    }

    private void ComparePersists(RemotePool pool)
    {
        foreach (int bytes in s_sizes)
        {
            Row(Name("persist", bytes, 1), name =>
            {
                using var raw = new RawPingPong(_target.RawPort, bytes);
                Interleaved.Compare(name, new RemotePersists(pool, 0, bytes), raw);
            });
        }

        Row(Name("persist", LargeBytes, 1) + ".stored", name =>
        {
            using var raw = new RawPingPong(_target.RawPort, LargeBytes, stored: true);
            Interleaved.Compare(name, new RemotePersists(pool, 0, LargeBytes), raw);
        });
        foreach (int bytes in new[] { SmallBytes, 4 << 10, LargeBytes })
        {
            Row(Name("persist", bytes, Lanes), name =>
            {
                RawPingPong[] raw = [.. Enumerable.Range(0, Lanes).Select(_ => new RawPingPong(_target.RawPort, bytes))];
                Concurrently.Compare(
                    name,
                    Lanes,
                    new OnePerThread([.. Enumerable.Range(0, Lanes).Select(i => new RemotePersists(pool, i, bytes))]),
                    new OnePerThread(raw));
                Array.ForEach(raw, r => r.Dispose());
            });
        }
    }

    private void ComparePipelined(RemotePool pool) => Row(Name("flush", SmallBytes, 1), name =>
    {
        using var pipelined = new RawPingPong(_target.RawPort, SmallBytes, PerDrain);
        Interleaved.Compare(name, new RemoteFlushes(pool, SmallBytes, PerDrain), pipelined);
    });

    private void CompareTls(RemotePool tls, RemotePool pool)
    {
        Row(Name("tls", SmallBytes, 1), name =>
            Interleaved.Compare(name, new RemotePersists(tls, 0, SmallBytes), new RemotePersists(pool, 0, SmallBytes)));
        Row(Name("tls", SmallBytes, 1) + ".raw", name =>
        {
            using var raw = new RawPingPong(_target.RawPort, SmallBytes);
            Interleaved.Compare(name, new RemotePersists(tls, 0, SmallBytes), raw);
        });
        Row(Name("tls", SmallBytes, 1) + ".sslstream", name =>
        {
            using var secured = new RawTlsPingPong(_target.RawTlsPort, SmallBytes, _directory);
            Interleaved.Compare(name, new RemotePersists(tls, 0, SmallBytes), secured);
        });
        Row(Name("sslstream", SmallBytes, 1), name =>
        {
            using var raw = new RawPingPong(_target.RawPort, SmallBytes);
            using var secured = new RawTlsPingPong(_target.RawTlsPort, SmallBytes, _directory);
            Interleaved.Compare(name, secured, raw);
        });
    }

    private void CompareFabric(PmemMap local, in RemotePoolAttributes attributes)
    {
        if (_target.FabricPort == 0)
        {
            return;
        }

        IReplicaTransport fabric = FabricTransports.To("127.0.0.1", _target.FabricPort, ReplicationTarget.FabricProvider);
        using RemotePool pool = RemotePool.Create(fabric, "fabric.set", local, attributes);
        foreach (int bytes in new[] { SmallBytes, LargeBytes })
        {
            Row(Name("fabric", bytes, 1), name =>
            {
                using var raw = new RawPingPong(_target.RawPort, bytes);
                Interleaved.Compare(name, new RemotePersists(pool, 0, bytes), raw);
            });
        }
    }

    private bool Wants(string name) => _only is null || name.Contains(_only, StringComparison.Ordinal);

    private void Row(string name, Action<string> compare)
    {
        if (Wants(name))
        {
            compare(name);
        }
    }

    private void Floor(string name, Contender contender)
    {
        if (Wants(name))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"floor replication.{name} {Interleaved.Measure(contender):F1}"));
        }
    }

    private static string Name(string what, int bytes, int lanes) =>
        string.Create(CultureInfo.InvariantCulture, $"replication.{what}.{bytes}.{lanes}");
}
