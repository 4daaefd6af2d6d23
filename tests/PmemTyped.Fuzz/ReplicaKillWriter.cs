using PmemTyped.Blocks;
using PmemTyped.Replication;

namespace PmemTyped.Fuzz;

/// <summary>
/// The process that writes to a pool with a replica, from four threads. When the replica is lost they stop, and go on when it
/// has rejoined; when this process is killed, the next one opens the pool and sends what differs.
/// </summary>
internal static class ReplicaKillWriter
{
    private const int Threads = 4;

    /// <summary>Writes whenever it is told to go, until it is killed or its input ends.</summary>
    /// <param name="setPath">The pool set file.</param>
    /// <param name="ledgerPath">What was begun, and what returned.</param>
    /// <param name="placePath">A file that holds the port of the target.</param>
    internal static int Run(string setPath, string ledgerPath, string placePath)
    {
        using var ledger = new KillLedger(ledgerPath);
        Replicator? replicator = null;

        // A target that was killed does not come back at its place, so nobody waits for it.
        var remote = new RemotePoolOptions { ReconnectTimeout = TimeSpan.Zero };
        Replicator.Register(
            _ => new MovingTarget(placePath), new ReplicaSetOptions { SendsDifferences = true, Pool = remote }, r => replicator = r);
        Say("ready");
        if (Console.In.ReadLine() is null)
        {
            return 0;
        }

        using BlockPool pool = BlockPool.Open(setPath);
        Say("open");
        while (Console.In.ReadLine() is { } command)
        {
            if (command == "go")
            {
                Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, n => WriteUntilLost(pool, ledger, n));
                Say("lost");
            }
            else
            {
                replicator!.Current!.Rejoin(0);
                Say("rejoined");
            }
        }

        return 0;
    }

    private static void WriteUntilLost(BlockPool pool, KillLedger ledger, int first)
    {
        byte[] content = new byte[KillWriter.BlockSize];
        try
        {
            while (true)
            {
                for (int block = first; block < KillLedger.Blocks; block += Threads)
                {
                    KillWriter.WriteNext(pool, ledger, block, content);
                }
            }
        }
        catch (ReplicaSetException)
        {
            // The target was killed.
        }
    }

    private static void Say(string word)
    {
        Console.Out.WriteLine(word);
        Console.Out.Flush();
    }

    /// <summary>A target that comes back at another port.</summary>
    internal sealed class MovingTarget(string placePath) : IReplicaTransport
    {
        public string Name => "moving";

        public ReplicaConnection Connect(in ReplicaDeadline deadline) => ReplicaTransports.Tcp(
            "127.0.0.1", int.Parse(File.ReadAllText(placePath), System.Globalization.CultureInfo.InvariantCulture)).Connect(in deadline);
    }
}
