using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>Several replicas without headers at one target, each on its own unreliable way, and local memory.</summary>
internal sealed class SetBench : IDisposable
{
    private readonly ReplicaBench _bench;

    internal SetBench(
        int replicas,
        Func<ReplicaServerOptions, ReplicaServerOptions>? with = null,
        Func<IReplicaListener, IReplicaListener>? through = null)
    {
        _bench = new ReplicaBench(with, through);
        Ways = [.. Enumerable.Range(0, replicas).Select(_ => new UnreliableTransport(_bench.Wire))];
        for (int i = 0; i < replicas; i++)
        {
            _bench.WriteSet(NameOf(i), option: "NOHDRS");
        }
    }

    /// <summary>A connection that is cut is a replica that is lost; a machine that is slow loses none.</summary>
    internal static RemotePoolOptions Brittle => new()
    {
        HeartbeatInterval = TimeSpan.FromMinutes(1),
        OperationTimeout = TimeSpan.FromMinutes(1),
        ReconnectTimeout = TimeSpan.Zero,
    };

    /// <summary>As <see cref="Brittle"/>, and one that is frozen is lost soon.</summary>
    internal static RemotePoolOptions Quick => Brittle with { OperationTimeout = TimeSpan.FromSeconds(3) };

    /// <summary>No signs of life, so that every send is one of the test's.</summary>
    internal static RemotePoolOptions Still => new() { HeartbeatInterval = TimeSpan.FromMinutes(1) };

    internal UnreliableTransport[] Ways { get; }

    internal PmemMap Local => _bench.Local;

    internal ReplicaEndpoint[] Endpoints => [.. Ways.Select((w, i) => new ReplicaEndpoint(w, NameOf(i)))];

    internal ReplicaSet Create(ReplicaSetOptions? options = null) =>
        ReplicaSet.Create(Local, Endpoints, header: null, options ?? new ReplicaSetOptions { Pool = Brittle });

    internal ReplicaSet Open(ReplicaSetOptions? options = null) =>
        ReplicaSet.Open(Local, Endpoints, header: null, options ?? new ReplicaSetOptions { Pool = Brittle });

    /// <summary>Local memory whose persists reach a set.</summary>
    internal PmemMap Observed(ReplicaSet set) => PmemMap.Join([Local], new PersistRelay(set));

    internal static void Fill(PmemMap map, long offset, long lengthBytes, byte value)
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.Fill(offset, lengthBytes, value);
    }

    internal bool IsEqual(int replica) =>
        _bench.PartBytesAt(0, (int)ReplicaBench.WindowBytes, NameOf(replica))
            .AsSpan().SequenceEqual(_bench.LocalBytes(0, (int)ReplicaBench.WindowBytes));

    internal byte ByteAt(int replica, long offset) => _bench.PartBytesAt(offset, 1, NameOf(replica))[0];

    internal bool HasPart(int replica) => File.Exists(_bench.Part(NameOf(replica), 0));

    public void Dispose()
    {
        foreach (UnreliableTransport way in Ways)
        {
            way.Heal();
        }

        _bench.Dispose();
    }

    private static string NameOf(int replica) => FormattableString.Invariant($"r{replica}.set");
}
