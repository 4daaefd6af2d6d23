using System.Diagnostics;
using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;
using PmemTyped.Mapping;

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
        FullFileComparison.Run(directory);
        long filled = 0;
        foreach (int blockSize in (int[])[512, 4096])
        {
            filled = Run(directory, blockSize);
        }

        RecordComparison.Run(directory, filled);
        OpenComparison.Run(directory);
    }

    // Returns how many blocks could be filled in the time for that.
    private static unsafe long Run(string directory, int blockSize)
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
                CompareThreads(ours, peer, blockSize, blocks);
                if (blockSize == 512)
                {
                    Interleaved.Compare(
                        "blocks.writemany.64x512",
                        new OurGroups(ours, blocks),
                        new PeerGroups(peer, pinned, blocks));
                }

                return filled;
            }
        }
        finally
        {
            PmemBlk.Close(peer);
            File.Delete(ourPath);
            File.Delete(peerPath);
        }
    }

    // Few threads where memory is waited for, many where storage is.
    private static void CompareThreads(BlockPool ours, nint peer, int blockSize, long[] blocks)
    {
        bool isPaged = ours.Durability.Granularity == StoreGranularity.Page;
        foreach (int threads in isPaged ? (int[])[1, 2, 4, 8, 16, 64] : [1, 2, 4, 8, 16])
        {
            Concurrently.Compare(
                $"blocks.write.{blockSize}.threads{threads}",
                threads,
                new OurWriters(ours, blockSize, blocks),
                new PeerWriters(peer, blockSize, blocks));
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
