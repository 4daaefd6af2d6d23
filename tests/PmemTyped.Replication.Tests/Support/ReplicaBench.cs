using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>A target in this process, its directory, and local memory to copy from.</summary>
internal sealed class ReplicaBench : IDisposable
{
    internal const long PartBytes = 2 << 20;
    internal const long WindowBytes = PartBytes;
    internal const string Name = "pool.set";

    private readonly List<PmemMap> _maps = [];
    private readonly List<PmemSource> _sources = [];

    internal ReplicaBench(
        Func<ReplicaServerOptions, ReplicaServerOptions>? with = null, Func<IReplicaListener, IReplicaListener>? through = null)
    {
        // Many tests have signs of life once a minute, and a machine may be slow: only who says so tests the limits of time.
        var options = new ReplicaServerOptions
        {
            PoolSetDirectory = Directory.Path,
            Audit = a => { lock (Audit) { Audit.Add(a); } },
            SessionTimeout = TimeSpan.FromMinutes(5),
            ResumeTimeout = TimeSpan.FromMinutes(1),
        };
        Server = new ReplicaServer(with is null ? options : with(options));
        Server.Listen(through is null ? Wire : through(Wire));
        Transport = new UnreliableTransport(Wire);
        Local = NewLocal(WindowBytes);
    }

    internal static RemotePoolAttributes Attributes => new()
    {
        Signature = 0x0054_5345_5450_4D50,
        Major = 7,
        Compat = 0,
        Incompat = 2,
        ReadOnlyCompat = 0,
        PoolSetUuid = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        Uuid = new Guid("10112233-4455-6677-8899-aabbccddeeff"),
        NextUuid = new Guid("20112233-4455-6677-8899-aabbccddeeff"),
        PreviousUuid = new Guid("30112233-4455-6677-8899-aabbccddeeff"),
        UserFlags = new Guid("40112233-4455-6677-8899-aabbccddeeff"),
    };

    internal TempDirectory Directory { get; } = TempDirectory.CreateInMemory();

    internal MemoryReplicaTransport Wire { get; } = new();

    internal UnreliableTransport Transport { get; }

    internal ReplicaServer Server { get; }

    internal List<ReplicaAudit> Audit { get; } = [];

    internal PmemMap Local { get; }

    internal PmemMap NewLocal(long lengthBytes)
    {
        PmemSource source = PmemSource.Anonymous(lengthBytes);
        _sources.Add(source);
        _maps.Add(PmemMap.Map(source));
        return _maps[^1];
    }

    /// <summary>Writes a set file of so many parts of 2 MiB.</summary>
    internal string WriteSet(string name = Name, int parts = 1, string option = "", long partBytes = PartBytes)
    {
        IEnumerable<string> lines = Enumerable.Range(0, parts).Select(i => FormattableString.Invariant($"{partBytes} {Part(name, i)}\n"));
        return WriteText(name, $"PMEMPOOLSET\n{(option.Length > 0 ? $"OPTION {option}\n" : "")}{string.Concat(lines)}");
    }

    internal string WriteText(string name, string text)
    {
        string path = Directory.File(name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    internal string Part(string name, int index) => Directory.File(FormattableString.Invariant($"{name.Replace('/', '-')}.part{index}"));

    internal RemotePool Create(RemotePoolOptions? options = null, string name = Name) =>
        RemotePool.Create(Transport, name, Local, Attributes, options);

    internal RemotePool Open(RemotePoolOptions? options = null, string name = Name) =>
        RemotePool.Open(Transport, name, Local, options);

    /// <summary>A set of one part and its pool, open.</summary>
    internal RemotePool NewPool(RemotePoolOptions? options = null)
    {
        WriteSet();
        return Create(options);
    }

    internal void Fill(long offset, long lengthBytes, byte value)
    {
        using scoped PmemMapLease lease = Local.Lease();
        lease.Fill(offset, lengthBytes, value);
    }

    internal byte[] LocalBytes(long offset, int lengthBytes)
    {
        using scoped PmemMapLease lease = Local.Lease();
        return lease.Window(offset, lengthBytes).ToArray();
    }

    /// <summary>What the first part of a pool holds, read past the target.</summary>
    internal byte[] PartBytesAt(long offset, int lengthBytes, string name = Name)
    {
        // A file stream would ask for the lock that the target holds.
        using PmemSource file = PmemSource.Open(Part(name, 0), writable: false);
        byte[] bytes = new byte[lengthBytes];
        file.ReadAt(offset, bytes);
        return bytes;
    }

    public void Dispose()
    {
        Transport.Heal();
        Server.Dispose();
        _maps.ForEach(m => m.Dispose());
        _sources.ForEach(s => s.Dispose());
        Directory.Dispose();
    }
}
