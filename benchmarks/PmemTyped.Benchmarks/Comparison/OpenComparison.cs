using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Opens and closes pools: one that is full, and one that is large and empty. Both sides open the same file.</summary>
internal static class OpenComparison
{
    private const int BlockSize = 4096;
    private const int Group = 64;

    internal static void Run(string directory)
    {
        string path = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        Compare("blocks.open.1gib", path, () => Fill(path, 1L << 30, long.MaxValue));
        Compare("blocks.open.1tib-sparse", path, () => Fill(path, 1L << 40, 1));
    }

    private static void Compare(string name, string path, Action fill)
    {
        try
        {
            fill();
            Interleaved.Compare(name, new OurOpens(path), new PeerOpens(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Fill(string path, long poolBytes, long count)
    {
        using BlockPool pool = BlockPool.Create(path, BlockSize, poolBytes, new BlockPoolOptions { IsSparse = true });
        byte[] contents = new byte[Group * BlockSize];
        long[] blocks = new long[Group];
        for (long first = 0; first < Math.Min(count, pool.BlockCount - Group); first += Group)
        {
            for (int i = 0; i < Group; i++)
            {
                blocks[i] = first + i;
            }

            pool.WriteMany(blocks, contents);
        }
    }

    private sealed class OurOpens(string path) : Contender
    {
        internal override void Run(int operations)
        {
            for (int i = 0; i < operations; i++)
            {
                BlockPool.Open(path).Dispose();
            }
        }
    }

    private sealed class PeerOpens(string path) : Contender
    {
        internal override void Run(int operations)
        {
            for (int i = 0; i < operations; i++)
            {
                nint pool = PmemBlk.Open(path, 0);
                PeerCalls.Require(pool == 0 ? -1 : 0);
                PmemBlk.Close(pool);
            }
        }
    }
}
