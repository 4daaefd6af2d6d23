using PmemTyped.Blocks;
using PmemTyped.Replication;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Writes records of a typed pool in a set file that names one replica.</summary>
internal sealed class ReplicatedRecords : Contender, IDisposable
{
    private const long PageBytes = 4096;
    private const int Records = 1000;
    private readonly BlockPool<Entry> _pool;
    private int _next;

    internal ReplicatedRecords(string directory, IReplicaTransport transport)
    {
        long bytes = (BlockPool.MinPoolBytes + PageBytes - 1) / PageBytes * PageBytes;
        string local = Path.Combine(directory, "local.set");
        File.WriteAllText(
            Path.Combine(directory, "record.set"), FormattableString.Invariant($"PMEMPOOLSET\n{bytes} {directory}/record.part\n"));
        File.WriteAllText(local, FormattableString.Invariant($"PMEMPOOLSET\n{bytes} {directory}/local.part\nREPLICA here:1 record.set\n"));
        Replicator.Register(_ => transport);
        _pool = BlockPool<Entry>.CreateInSet(local);
    }

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            _next = (_next + 1) % Records;
            _pool.Write(_next, new Entry { Id = _next, Amount = i });
        }
    }

    public void Dispose() => _pool.Dispose();
}
