using System.Globalization;
using PmemTyped.Mapping;
using PmemTyped.Replication;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>What bringing a replica up to date sends, in both directions, after one region of a hundred changed.</summary>
internal static class ReplicationResync
{
    private const int Regions = 1024;
    private const long RegionBytes = 64 << 10;
    private const int Replica = 2;

    /// <summary>Prints the share of the pool that went over the wire: with a bitmap, and by comparing everything.</summary>
    internal static void Run(string directory, IReplicaTransport transport)
    {
        string pool = Path.Combine(directory, "resync.primary");
        var counted = new CountedTransport(transport);
        ReplicaPeer[] peers = [new(counted, "resync.set", Replica)];
        using PmemSource source = PmemSource.Anonymous(Regions * RegionBytes);
        using PmemMap local = PmemMap.Map(source);
        RemotePool.Create(counted, "resync.set", local, new RemotePoolAttributes { Signature = 1, Major = 1, Incompat = 2 }).Close();
        ReplicaPrimary.Create(pool, copies: 2, leastCopies: 1);
        foreach (string how in new[] { "first", "quick", "full" })
        {
            using ReplicaPrimary primary = ReplicaPrimary.Open(pool, Regions * RegionBytes, peers);
            using RemotePool remote = RemotePool.Open(counted, "resync.set", local, new RemotePoolOptions { Epoch = primary.Epoch });
            for (int region = 0; region < Regions; region += 100)
            {
                using scoped PmemMapLease lease = local.Lease();
                lease.Fill((region * RegionBytes) + 8192, 1000, (byte)how[0]);
                primary.Missed(Replica).Add((region * RegionBytes) + 8192, 1000);
            }

            if (how == "full")
            {
                primary.Missed(Replica).Add(0, Regions * RegionBytes);
            }

            long before = counted.Bytes;
            primary.Resync(remote, Replica);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"floor replication.resync.{how}.percent {100.0 * (counted.Bytes - before) / (Regions * RegionBytes):F3}"));
        }
    }

    private sealed class CountedTransport(IReplicaTransport inner) : IReplicaTransport
    {
        private long _bytes;

        public string Name => inner.Name;

        internal long Bytes => Interlocked.Read(ref _bytes);

        public ReplicaConnection Connect(in ReplicaDeadline deadline) => new Counted(this, inner.Connect(in deadline));

        private sealed class Counted(CountedTransport owner, ReplicaConnection connection) : ReplicaConnection
        {
            public override string PeerIdentity => connection.PeerIdentity;

            public override bool ProtectsPayload => connection.ProtectsPayload;

            public override void Handshake(in ReplicaDeadline deadline) => connection.Handshake(in deadline);

            public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
            {
                int received = connection.Receive(buffer, in deadline);
                Interlocked.Add(ref owner._bytes, received);
                return received;
            }

            public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
            {
                Interlocked.Add(ref owner._bytes, bytes.Length);
                connection.Send(bytes, in deadline);
            }

            public override void Abort() => connection.Abort();

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                connection.Dispose();
            }
        }
    }
}
