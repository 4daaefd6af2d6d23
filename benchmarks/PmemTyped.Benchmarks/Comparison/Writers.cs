using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Something that many threads do at the same time.</summary>
internal abstract class Writers(long[] blocks)
{
    /// <summary>One thread: writes until told to stop, each thread begins elsewhere.</summary>
    /// <returns>The number of operations.</returns>
    internal long Run(int thread, Func<bool> isStopped)
    {
        long next = thread * 7919L;
        long done = 0;
        while (!isStopped())
        {
            Write(blocks[next++ & (blocks.Length - 1)], thread);
            done++;
        }

        return done;
    }

    protected abstract void Write(long block, int thread);
}

/// <summary>Writes through our library.</summary>
internal sealed class OurWriters(BlockPool pool, int blockSize, long[] blocks) : Writers(blocks)
{
    private readonly byte[] _content = new byte[blockSize];

    protected override void Write(long block, int thread) => pool.Write(block, _content);
}

/// <summary>Writes through libpmemblk.</summary>
internal sealed unsafe class PeerWriters(nint pool, int blockSize, long[] blocks) : Writers(blocks)
{
    private readonly byte[] _content = GC.AllocateArray<byte>(blockSize, pinned: true);

    protected override void Write(long block, int thread)
    {
        fixed (byte* content = _content)
        {
            PeerCalls.Require(PmemBlk.Write(pool, content, block));
        }
    }
}

/// <summary>Writes 64 blocks with one call of ours.</summary>
internal sealed class OurGroups(BlockPool pool, long[] blocks) : Contender
{
    private const int Count = 64;
    private readonly byte[] _contents = new byte[Count * pool.BlockSize];
    private int _next;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            pool.WriteMany(blocks.AsSpan(_next, Count), _contents);
            _next = (_next + Count) & (blocks.Length - 1);
        }
    }
}

/// <summary>Writes 64 blocks with 64 calls of libpmemblk.</summary>
internal sealed unsafe class PeerGroups(nint pool, byte* content, long[] blocks) : Contender
{
    private const int Count = 64;
    private readonly PeerWrites _writes = new(pool, content, blocks);

    internal override void Run(int operations) => _writes.Run(operations * Count);
}
