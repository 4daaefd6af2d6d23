using PmemTyped.Replication;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Persists one range, over and over; bulk data without whole words, as the object store of PMDK does.</summary>
internal sealed class RemotePersists(RemotePool pool, int lane, int bytes) : Contender
{
    internal const long Offset = 8192;

    private const int SmallBytes = 8 << 10;
    private readonly RemotePersist _how = bytes > SmallBytes ? RemotePersist.Relaxed : RemotePersist.None;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            pool.Persist(Offset, bytes, lane, _how);
        }
    }
}

/// <summary>Flushes ranges and drains every so many of them; an operation is a flush.</summary>
internal sealed class RemoteFlushes(RemotePool pool, int bytes, int perDrain) : Contender
{
    // Calls share drains, so that one of few operations drains no more often than one of many.
    private int _flushed;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            pool.Flush(RemotePersists.Offset, bytes);
            if (++_flushed % perDrain == 0)
            {
                pool.Drain();
            }
        }
    }
}

/// <summary>Opens a pool and closes it again.</summary>
internal sealed class RemoteOpens(Func<RemotePool> open) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            open().Close();
        }
    }
}

/// <summary>Contenders, one for each thread.</summary>
internal sealed class OnePerThread(IReadOnlyList<Contender> contenders) : Writers([0])
{
    protected override void Write(long block, int thread) => contenders[thread].Run(1);
}
