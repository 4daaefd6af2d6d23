using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>Copies of one pool, 1 to n, each a set file of a target in this process that is reached over a transport of its own.</summary>
internal sealed class Copies : IDisposable
{
    internal const int RegionBytes = 64 << 10;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly ReplicaServer _server;
    private readonly CountingTransport[] _transports;
    private readonly long _bytes;

    internal Copies(int count, int least, long poolBytes = 2 << 20)
    {
        _bytes = poolBytes;
        Count = count;
        _server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = _directory.Path, SessionTimeout = TimeSpan.FromMinutes(5) });
        _server.Listen(Wire);
        _transports = [.. Enumerable.Range(1, count).Select(_ => new CountingTransport(Wire))];
        using PmemSource nothing = PmemSource.Anonymous(poolBytes);
        using PmemMap map = PmemMap.Map(nothing);
        for (int number = 1; number <= count; number++)
        {
            File.WriteAllText(Path(number), FormattableString.Invariant($"PMEMPOOLSET\n{poolBytes} {Path(number)}.part\n"));
            RemotePool.Create(Wire, NameOf(number), map, new RemotePoolAttributes { Signature = 1, Major = 1, Incompat = 2 }, Still).Close();
        }

        File.Delete(Path(1) + ".part.replica");
        ReplicaPrimary.Create(Path(1), count, least);
    }

    internal static RemotePoolOptions Still { get; } = new()
    {
        HeartbeatInterval = TimeSpan.FromMinutes(1),
        OpenTimeout = TimeSpan.FromSeconds(10),
    };

    internal MemoryReplicaTransport Wire { get; } = new();

    internal int Count { get; }

    internal string Path(int number) => _directory.File(NameOf(number));

    internal CountingTransport TransportOf(int number) => _transports[number - 1];

    internal ReplicaPeer Peer(int number) => new(TransportOf(number), NameOf(number), number);

    internal IReadOnlyList<ReplicaPeer> Others(int number) => [.. Enumerable.Range(1, Count).Where(n => n != number).Select(Peer)];

    internal Writer Open(int number) => new(this, number);

    internal ReplicaMetadata Metadata(int number) => ReplicaPrimary.Examine(Path(number));

    /// <summary>Content without the header, read past the target.</summary>
    internal byte[] Content(int number)
    {
        using PmemSource file = PmemSource.Open(Path(number) + ".part", writable: false);
        byte[] bytes = new byte[_bytes - 4096];
        file.ReadAt(4096, bytes);
        return bytes;
    }

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    private static string NameOf(int number) => FormattableString.Invariant($"copy{number}.set");

    /// <summary>A primary that is open: its pool, mapped, and its connections to the others.</summary>
    internal sealed class Writer : IDisposable
    {
        private readonly Copies _copies;
        private readonly PmemSource _source;
        private readonly Dictionary<int, RemotePool> _pools = [];
        private bool _isCrashed;

        internal Writer(Copies copies, int number)
        {
            _copies = copies;
            Primary = ReplicaPrimary.Open(copies.Path(number), copies._bytes, copies.Others(number), Still);
            _source = PmemSource.Open(copies.Path(number) + ".part");
            Local = PmemMap.Map(_source);
        }

        internal ReplicaPrimary Primary { get; }

        internal PmemMap Local { get; }

        internal RemotePool Pool(int number)
        {
            if (_pools.TryGetValue(number, out RemotePool? open) && open.Failure is null)
            {
                return open;
            }

            open?.Dispose();
            ReplicaPeer peer = _copies.Peer(number);
            return _pools[number] = RemotePool.Open(peer.Transport, peer.Name, Local, Still with { Epoch = Primary.Epoch });
        }

        internal ResyncProgress Resync(int number, ResyncOptions? options = null, CancellationToken cancellation = default) =>
            Primary.Resync(Pool(number), number, options, cancellation);

        /// <summary>Stores here, and tells the bitmaps of those who are not attached.</summary>
        internal void Store(long offset, byte value, int lengthBytes = 64)
        {
            using (scoped PmemMapLease lease = Local.Lease())
            {
                lease.Fill(offset, lengthBytes, value);
            }

            foreach (ReplicaPeer peer in _copies.Others(Primary.Metadata.Number))
            {
                if ((Primary.Attached & (1UL << peer.Number)) != 0)
                {
                    Pool(peer.Number).Persist(offset, lengthBytes);
                }
                else
                {
                    Primary.Missed(peer.Number).Add(offset, lengthBytes);
                }
            }
        }

        internal void StoreUntold(long offset, byte value)
        {
            using scoped PmemMapLease lease = Local.Lease();
            lease.Fill(offset, 64, value);
        }

        /// <summary>Ends as a process does that is killed: nothing is closed in good order.</summary>
        internal void Crash()
        {
            _isCrashed = true;
            Dispose();
        }

        public void Dispose()
        {
            foreach (RemotePool pool in _pools.Values)
            {
                pool.Dispose();
            }

            _pools.Clear();
            if (_isCrashed)
            {
                Primary.Abandon();
            }
            else
            {
                Primary.Dispose();
            }

            Local.Dispose();
            _source.Dispose();
        }
    }
}
