using PmemTyped.Mapping;
using PmemTyped.Replication;

namespace ReplicatedLedger;

/// <summary>One of three machines, here a directory each: a set file, its part, and a socket where its target is reached.</summary>
internal sealed record Machine(string Parent, int Number)
{
    public const long PoolBytes = 8 << 20;
    private const string Name = "ledger.set";

    public string Pool => Path.Combine(Folder, Name);
    public string Part => Path.Combine(Folder, "ledger.part");
    public ReplicaPeer Peer => new(ReplicaTransports.Unix(Socket), Name, Number);
    public IEnumerable<ReplicaPeer> Others => Enumerable.Range(1, 3).Where(n => n != Number).Select(n => (this with { Number = n }).Peer);
    private string Folder => Path.Combine(Parent, $"machine{Number}");
    private string Socket => Path.Combine(Folder, "target.sock");

    /// <summary>Makes an empty pool, as a target of this machine does for whoever creates one.</summary>
    public void Create()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Pool, $"PMEMPOOLSET\n{PoolBytes} {Part}\n");
        using var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = Folder });
        using var here = new MemoryReplicaTransport();
        server.Listen(here);
        using PmemSource nothing = PmemSource.Anonymous(PoolBytes);
        using PmemMap map = PmemMap.Map(nothing);
        RemotePool.Create(here, Name, map, new RemotePoolAttributes { Signature = 0x0052_4547_4445_4C, Major = 1 }).Close();
    }

    /// <summary>Serves the pool until nobody holds the other end of standard input, as <c>pmt target serve</c> does.</summary>
    public int Serve()
    {
        using var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = Folder });
        server.Listen(ReplicaTransports.ListenUnix(Socket));
        Console.WriteLine("ready");
        _ = Console.In.ReadToEnd();
        return 0;
    }

    /// <summary>The bytes of the pool behind its header, past whoever has it open.</summary>
    public byte[] Content()
    {
        using PmemSource file = PmemSource.Open(Part, writable: false);
        byte[] bytes = new byte[PoolBytes - Entry.FirstOffset];
        file.ReadAt(Entry.FirstOffset, bytes);
        return bytes;
    }
}
