using System.Diagnostics;
using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Random writes and reads of blocks against libpmemblk, on two pools of the same size.</summary>
internal static class BlockComparison
{
    private const long PoolBytes = 256L << 20;
    private const int IndexCount = 1 << 16;
    private const int Seed = 7;

    // On page granularity it would take minutes to fill a pool; then fewer blocks are used.
    private static readonly TimeSpan s_fillLimit = TimeSpan.FromSeconds(4);

    internal static void Run(string directory)
    {
        MachineFacts.Print(directory);
        foreach (int blockSize in (int[])[512, 4096])
        {
            Run(directory, blockSize);
        }
    }

    private static unsafe void Run(string directory, int blockSize)
    {
        string ourPath = NewPath(directory);
        string peerPath = NewPath(directory);
        nint peer = PmemBlk.Create(peerPath, (nuint)blockSize, (nuint)PoolBytes, 0x180); // rw-------
        if (peer == 0)
        {
            throw new IOException($"pmemblk_create of '{peerPath}' failed.");
        }

        try
        {
            using BlockPool ours = BlockPool.Create(ourPath, blockSize, PoolBytes);
            byte[] content = GC.AllocateArray<byte>(blockSize, pinned: true);
            new Random(Seed).NextBytes(content);
            fixed (byte* pinned = content)
            {
                long filled = Fill(ours, peer, content, pinned);
                long[] blocks = RandomBlocks(filled);
                Console.WriteLine($"# {blockSize}: {ours.BlockCount} blocks, {filled} in use; ours: {ours.Durability}");
                Interleaved.Compare(
                    $"blocks.write.{blockSize}",
                    new OurWrites(ours, content, blocks),
                    new PeerWrites(peer, pinned, blocks));
                Interleaved.Compare(
                    $"blocks.read.{blockSize}",
                    new OurReads(ours, content, blocks),
                    new PeerReads(peer, pinned, blocks));
            }
        }
        finally
        {
            PmemBlk.Close(peer);
            File.Delete(ourPath);
            File.Delete(peerPath);
        }
    }

    // Every block is written once, so that no read meets an initial block and no write meets an unmapped page.
    private static unsafe long Fill(BlockPool ours, nint peer, byte[] content, byte* pinned)
    {
        long start = Stopwatch.GetTimestamp();
        long block = 0;
        while (block < ours.BlockCount && Stopwatch.GetElapsedTime(start) < s_fillLimit)
        {
            ours.Write(block, content);
            PeerCalls.Require(PmemBlk.Write(peer, pinned, block));
            block++;
        }

        return block;
    }

    private static long[] RandomBlocks(long count)
    {
        var random = new Random(Seed);
        long[] blocks = new long[IndexCount];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = random.NextInt64(count);
        }

        return blocks;
    }

    private static string NewPath(string directory) =>
        Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
}
