using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>
/// A pool in a file, with its history beside it, and replicas at one target, each on a way of its own that can be cut. Copy 1
/// is the pool, the replicas are 2 and so on.
/// </summary>
internal sealed class HistoryBench : IDisposable
{
    internal const int RegionBytes = Copies.RegionBytes;
    internal const int Regions = 128;
    internal const long PoolBytes = (long)Regions * RegionBytes;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly MemoryReplicaTransport _wire = new();
    private readonly ReplicaServer _server;
    private readonly PmemSource _source;

    internal HistoryBench(int replicas)
    {
        _server = new ReplicaServer(new ReplicaServerOptions
        {
            PoolSetDirectory = _directory.Path,
            Audit = a =>
            {
                if (a is { Operation: "history", Message: not "no right" })
                {
                    Changed?.Invoke(a.Pool);
                }
            },
        });
        _server.Listen(_wire);
        Ways = [.. Enumerable.Range(0, replicas).Select(_ => new CountingTransport(_wire))];
        for (int i = 0; i < replicas; i++)
        {
            File.WriteAllText(_directory.File(NameOf(i)), FormattableString.Invariant($"PMEMPOOLSET\nOPTION NOHDRS\n{PoolBytes} {Part(i)}\n"));
        }

        using (var file = new FileStream(Pool, FileMode.CreateNew))
        {
            file.SetLength(PoolBytes);
        }

        _source = PmemSource.Open(Pool);
        Local = PmemMap.Map(_source);
    }

    internal CountingTransport[] Ways { get; }

    internal PmemMap Local { get; }

    /// <summary>Gets or sets what is told when the metadata of a replica are durable at its target, before it answers.</summary>
    internal Action<string>? Changed { get; set; }

    internal string Pool => _directory.File("pool");

    internal List<ResyncProgress> Resyncs { get; } = [];

    internal static string NameOf(int replica) => FormattableString.Invariant($"r{replica}.set");

    internal static ReplicaSetOptions With(ReplicaPolicy policy, ReplicaLoss loss) => new()
    {
        Policy = policy,
        OnLoss = loss,
        Pool = new RemotePoolOptions
        {
            OperationTimeout = TimeSpan.FromSeconds(30),
            ReconnectTimeout = TimeSpan.Zero,
        },
    };

    internal ReplicaSet Create(ReplicaSetOptions options) => ReplicaSet.Create(Local, Endpoints, header: null, Told(options));

    internal ReplicaSet Open(ReplicaSetOptions options)
    {
        Resyncs.Clear();
        return ReplicaSet.Open(Local, Endpoints, header: null, Told(options));
    }

    internal PmemMap Observed(ReplicaSet set) => PmemMap.Join([Local], new PersistRelay(set));

    internal ReplicaPeer Peer(int replica) => new(Ways[replica], NameOf(replica), replica + 2);

    /// <summary>How many regions the last open or rejoin of one replica compared.</summary>
    internal long Compared => Resyncs.Count == 0 ? 0 : Resyncs.Max(p => p.RegionsCompared);

    internal ReplicaMetadata Mine => Peek(Pool);

    internal ReplicaMetadata Theirs(int replica) => Peek(Part(replica));

    internal bool IsEqual(int replica) => Bytes(Pool).AsSpan().SequenceEqual(Bytes(Part(replica)));

    internal byte ByteAt(int replica, long offset) => Bytes(Part(replica))[offset];

    /// <summary>All histories as they are now, as after a loss of power.</summary>
    internal Dictionary<string, byte[]> Histories() =>
        new[] { Pool }.Concat(Ways.Select((_, i) => Part(i))).ToDictionary(p => p + ".replica", p => Bytes(p + ".replica"));

    internal static void Restore(Dictionary<string, byte[]> histories)
    {
        foreach ((string path, byte[] bytes) in histories)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    public void Dispose()
    {
        Changed = null;
        _server.Dispose();
        _wire.Dispose();
        Local.Dispose();
        _source.Dispose();
        _directory.Dispose();
    }

    private ReplicaEndpoint[] Endpoints => [.. Ways.Select((w, i) => new ReplicaEndpoint(w, NameOf(i)))];

    private ReplicaSetOptions Told(ReplicaSetOptions options) => options with
    {
        Resync = new ResyncOptions
        {
            Progress = p =>
            {
                lock (Resyncs)
                {
                    Resyncs.Add(p);
                }
            },
        },
    };

    private string Part(int replica) => _directory.File(FormattableString.Invariant($"r{replica}.part"));

    // Past the locks, and past what a primary keeps in memory.
    private ReplicaMetadata Peek(string place)
    {
        string copy = _directory.File("peek");
        File.WriteAllBytes(copy + ".replica", Bytes(place + ".replica"));
        return ReplicaPrimary.ExamineAt(copy);
    }

    private static byte[] Bytes(string path)
    {
        using PmemSource file = PmemSource.Open(path, writable: false);
        byte[] bytes = new byte[file.GetLengthBytes()];
        file.ReadAt(0, bytes);
        return bytes;
    }
}
