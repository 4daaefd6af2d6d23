using System.Diagnostics;
using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Testing;

namespace PmemTyped.Fuzz;

/// <summary>The pool, its replica, and a place to recover copies of them.</summary>
internal sealed class ReplicaKillFiles : IDisposable
{
    private const int HeaderBytes = 4096;
    private const string Remote = "remote.set";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    internal ReplicaKillFiles()
    {
        File.WriteAllText(Set, FormattableString.Invariant($"PMEMPOOLSET\n{PoolBytes} {LocalPart}\nREPLICA loopback {Remote}\n"));
        File.WriteAllText(_directory.File(Remote), FormattableString.Invariant($"PMEMPOOLSET\n{PoolBytes} {RemotePart}\n"));
        File.WriteAllText(CopySet, FormattableString.Invariant($"PMEMPOOLSET\n{PoolBytes} {Copy}\n"));
    }

    internal string Directory => _directory.Path;

    internal string Set => _directory.File("local.set");

    internal string LocalPart => _directory.File("local");

    internal string RemotePart => _directory.File("remote");

    internal string Copy => _directory.File("copy");

    internal string CopySet => _directory.File("copy.set");

    internal string Ledger => _directory.File("ledger");

    internal string KeptLedger => _directory.File("ledger.kept");

    internal string Place => _directory.File("place");

    private static long PoolBytes => (BlockPool.MinPoolBytes + HeaderBytes - 1) / HeaderBytes * HeaderBytes;

    public void Dispose() => _directory.Dispose();

    /// <summary>Makes a target the one that is found.</summary>
    internal void MoveTo(Process target)
    {
        string place = target.StandardOutput.ReadLine()!;
        File.WriteAllText(Place + ".new", place);
        File.Move(Place + ".new", Place, overwrite: true);
    }

    /// <summary>Creates the pool and its replica at the target that is found.</summary>
    internal void Create()
    {
        Replicator.Register(_ => new ReplicaKillWriter.MovingTarget(Place));
        BlockPool.CreateInSet(Set, KillWriter.BlockSize).Dispose();
    }

    /// <summary>Recovers both sides, as copies of their files; true when they differed before.</summary>
    internal bool Verify(KillLedger ledger)
    {
        bool areEqual = AreEqual();
        AssertSound(Bytes(LocalPart), ledger);
        AssertSound(Bytes(RemotePart), ledger);
        return !areEqual;
    }

    /// <summary>Recovers one side as it was, and looks for what the ledger says.</summary>
    internal void AssertSound(byte[] image, KillLedger ledger)
    {
        File.WriteAllBytes(Copy, image);
        using (BlockPool pool = BlockPool.Open(CopySet))
        {
            for (int block = 0; block < KillLedger.Blocks; block++)
            {
                KillWriter.AssertBlock(pool, ledger, block);
            }
        }

        BlockPoolReport report = BlockPool.Check(CopySet);
        Assert.True(report.IsConsistent, string.Join('\n', report.Findings));
    }

    internal bool AreEqual() => Bytes(LocalPart).AsSpan(HeaderBytes).SequenceEqual(Bytes(RemotePart).AsSpan(HeaderBytes));

    internal static byte[] Bytes(string path)
    {
        // A file stream would ask for the lock that a pool holds.
        using PmemSource file = PmemSource.Open(path, writable: false);
        byte[] bytes = new byte[file.GetLengthBytes()];
        file.ReadAt(0, bytes);
        return bytes;
    }

    /// <summary>Waits until the target has stored what it had received of a writer that is dead.</summary>
    internal void AwaitClosed()
    {
        var clock = Stopwatch.StartNew();
        while (RemotePool.Stat(new ReplicaKillWriter.MovingTarget(Place), Remote).IsOpen)
        {
            Assert.True(clock.Elapsed < s_patience, "the target keeps the pool of a dead writer");
            Thread.Sleep(1);
        }
    }
}
