using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Blocks that are asked for come into memory before they are read (Design 0025).</summary>
public sealed class PreloadTests
{
    private const int BlockBytes = 4096;
    private const long WantedBytes = 8 << 20;

    [DiskFact]
    public void Preloaded_blocks_and_their_map_entries_come_into_memory()
    {
        using var directory = TempDirectory.Create();
        string path = directory.File("pool");
        byte[] contents = new byte[64 * BlockBytes];
        using (var made = BlockPool.Create(path, BlockBytes, BlockPool.MinPoolBytes * 2))
        {
            long[] blocks = new long[64];
            for (long first = 0; first + blocks.Length <= made.BlockCount; first += blocks.Length)
            {
                for (int i = 0; i < blocks.Length; i++)
                {
                    blocks[i] = first + i;
                }

                made.WriteMany(blocks, contents);
            }
        }

        PageCache.Drop(path);
        using var pool = BlockPool.Open(path);
        long before = PageCache.BytesOf(path);
        Assert.InRange(before, 0, WantedBytes / 4);
        pool.Preload(100, WantedBytes / BlockBytes);
        Assert.InRange(PageCache.WaitForBytesOf(path, before + WantedBytes), before + WantedBytes, before + (2 * WantedBytes));
    }

    [Fact]
    public void Preloading_takes_any_number_of_blocks_but_no_negative_ones()
    {
        using var directory = TempDirectory.Create();
        using var pool = BlockPool.Create(directory.File("pool"), 512, BlockPool.MinPoolBytes);
        pool.Preload(0, long.MaxValue);
        pool.Preload(pool.BlockCount, 5);
        pool.Preload(long.MaxValue, long.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Preload(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Preload(5, -1));
    }
}
