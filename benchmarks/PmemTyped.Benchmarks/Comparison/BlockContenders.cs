using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Writes blocks through our library.</summary>
internal sealed class OurWrites(BlockPool pool, byte[] content, long[] blocks) : Contender
{
    private int _next;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            pool.Write(blocks[_next++ & (blocks.Length - 1)], content);
        }
    }
}

/// <summary>Reads blocks through our library.</summary>
internal sealed class OurReads(BlockPool pool, byte[] content, long[] blocks) : Contender
{
    private int _next;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            _ = pool.TryRead(blocks[_next++ & (blocks.Length - 1)], content);
        }
    }
}

/// <summary>Writes blocks through libpmemblk.</summary>
internal sealed unsafe class PeerWrites(nint pool, byte* content, long[] blocks) : Contender
{
    private readonly byte* _content = content;
    private int _next;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            PeerCalls.Require(PmemBlk.Write(pool, _content, blocks[_next++ & (blocks.Length - 1)]));
        }
    }
}

/// <summary>Reads blocks through libpmemblk.</summary>
internal sealed unsafe class PeerReads(nint pool, byte* content, long[] blocks) : Contender
{
    private readonly byte* _content = content;
    private int _next;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            PeerCalls.Require(PmemBlk.Read(pool, _content, blocks[_next++ & (blocks.Length - 1)]));
        }
    }
}
