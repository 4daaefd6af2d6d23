using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Replication;

namespace ReplicatedLedger;

/// <summary>
/// One of three machines, here a directory each: a part, a set file with which its target serves it, and one with which the
/// program opens it, that names the other copies.
/// </summary>
internal sealed record Machine(string Parent, int Number)
{
    public const int Count = 3;
    public const long PoolBytes = 20 << 20;
    private const string Name = "ledger.set";

    public string Set => Path.Combine(Folder, Name);
    public string PrimarySet => Path.Combine(Folder, "ledger.primary.set");
    public string Part => Path.Combine(Folder, "ledger.part");
    public ReplicaPeer Peer => new(ReplicaTransports.To(Address), Name, Number);
    private string Folder => Path.Combine(Parent, $"machine{Number}");
    private string Socket => Path.Combine(Folder, "target.sock");
    private string Address => $"unix:{Socket}";

    public void WriteSetFiles()
    {
        Directory.CreateDirectory(Folder);
        string part = $"PMEMPOOLSET\n{PoolBytes} {Part}\n";
        File.WriteAllText(Set, part);
        File.WriteAllText(PrimarySet, part + string.Concat(Enumerable.Range(1, Count).Where(n => n != Number)
            .Select(n => $"REPLICA {(this with { Number = n }).Address} {Name}\n")));
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
        byte[] bytes = new byte[PoolBytes - 4096];
        file.ReadAt(4096, bytes);
        return bytes;
    }

    public int CountEntries()
    {
        using BlockPool pool = BlockPool.OpenReadOnly(Set);
        return Entry.CountIn(pool);
    }
}
