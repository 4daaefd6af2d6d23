using System.Diagnostics;
using System.Net;
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
    private const int RetryMilliseconds = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Writes whenever it is told to go, until it is killed or its input ends.</summary>
    /// <param name="setPath">The pool set file.</param>
    /// <param name="ledgerPath">What was begun, and what returned.</param>
    /// <param name="placePath">A file that holds address and port of the target.</param>
    /// <param name="resumes">Whether the target may come back at its place; one that was killed does not, so nobody waits for it.</param>
    internal static int Run(string setPath, string ledgerPath, string placePath, bool resumes)
    {
        using var ledger = new KillLedger(ledgerPath);
        Replicator? replicator = null;
        var remote = resumes ? new RemotePoolOptions() : new RemotePoolOptions { ReconnectTimeout = TimeSpan.Zero };
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
                Rejoin(replicator!.Current!);
                Say("rejoined");
            }
        }

        return 0;
    }

    // A target that did not hear of the loss keeps the pool locked until it gives the old session up.
    private static void Rejoin(ReplicaSet set)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                set.Rejoin(0);
                return;
            }
            catch (PmemException) when (clock.Elapsed < s_patience)
            {
                Thread.Sleep(RetryMilliseconds);
            }
        }
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

    /// <summary>A target that comes back at another place.</summary>
    internal sealed class MovingTarget(string placePath) : IReplicaTransport
    {
        public string Name => "moving";

        public ReplicaConnection Connect(in ReplicaDeadline deadline)
        {
            IPEndPoint place = IPEndPoint.Parse(File.ReadAllText(placePath));
            return ReplicaTransports.Tcp(place.Address.ToString(), place.Port, isTrusted: true).Connect(in deadline);
        }
    }
}
