using System.Diagnostics;
using System.Globalization;
using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;
using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Two copies of one full pool on an ordinary file, on a machine that has just started: a program opens the pool, reads
/// every block once in order, as one does that builds its index, and then writes blocks at random places.
/// </summary>
internal static class FullFileComparison
{
    private const long PoolBytes = 256L << 20;
    private const int BlockSize = 512;
    private const int IndexCount = 1 << 16;
    private const int Seed = 7;
    private const int StretchBlocks = (1 << 20) / BlockSize;

    internal static unsafe void Run(string directory)
    {
        string ourPath = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        string peerPath = ourPath + "-peer";
        try
        {
            if (!Fill(ourPath))
            {
                return;
            }

            File.Copy(ourPath, peerPath);
            PageCache.Drop(ourPath);
            PageCache.Drop(peerPath);
            using BlockPool ours = BlockPool.Open(ourPath);
            nint peer = PmemBlk.Open(peerPath, BlockSize);
            if (peer == 0)
            {
                throw new IOException($"pmemblk_open of '{peerPath}' failed.");
            }

            try
            {
                Console.WriteLine($"# full pool of {ours.BlockCount} blocks of {BlockSize}, read once in order; ours: {ours.Durability}");
                Scan(ours, peer);
                CompareWrites(ours, peer);
            }
            finally
            {
                PmemBlk.Close(peer);
            }
        }
        finally
        {
            File.Delete(ourPath);
            File.Delete(peerPath);
        }
    }

    // Only ordinary files have a page cache that is written back.
    private static bool Fill(string path)
    {
        using BlockPool pool = BlockPool.Create(path, BlockSize, PoolBytes);
        if (pool.Durability.Granularity != StoreGranularity.Page || pool.Durability.Kind == DurabilityKind.Volatile)
        {
            return false;
        }

        byte[] contents = new byte[64 * BlockSize];
        new Random(Seed).NextBytes(contents);
        long[] blocks = new long[64];
        for (long first = 0; first < pool.BlockCount; first += blocks.Length)
        {
            int count = (int)Math.Min(blocks.Length, pool.BlockCount - first);
            for (int i = 0; i < count; i++)
            {
                blocks[i] = first + i;
            }

            pool.WriteMany(blocks.AsSpan(0, count), contents.AsSpan(0, count * BlockSize));
        }

        return true;
    }

    private static unsafe void Scan(BlockPool ours, nint peer)
    {
        byte[] content = GC.AllocateArray<byte>(BlockSize, pinned: true);
        long started = Stopwatch.GetTimestamp();
        for (long block = 0; block < ours.BlockCount; block++)
        {
            if (block % StretchBlocks == 0)
            {
                ours.Preload(block == 0 ? 0 : block + StretchBlocks, StretchBlocks);
            }

            _ = ours.TryRead(block, content);
        }

        double our = Stopwatch.GetElapsedTime(started).TotalNanoseconds / ours.BlockCount;
        started = Stopwatch.GetTimestamp();
        fixed (byte* pinned = content)
        {
            for (long block = 0; block < ours.BlockCount; block++)
            {
                PeerCalls.Require(PmemBlk.Read(peer, pinned, block));
            }
        }

        double its = Stopwatch.GetElapsedTime(started).TotalNanoseconds / ours.BlockCount;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"metric blocks.full.scan.{BlockSize} ours {our:F1} peer {its:F1} ratio {its / our:F3}"));
    }

    private static void CompareWrites(BlockPool ours, nint peer)
    {
        var random = new Random(Seed);
        long[] blocks = new long[IndexCount];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = random.NextInt64(ours.BlockCount);
        }

        foreach (int threads in (int[])[1, 2, 4, 8, 16, 64])
        {
            Concurrently.Compare(
                FormattableString.Invariant($"blocks.full.write.{BlockSize}.threads{threads}"),
                threads,
                new OurWriters(ours, BlockSize, blocks),
                new PeerWriters(peer, BlockSize, blocks));
        }
    }
}
