using PmemTyped.Blocks.Btt;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Found by the fuzz tests, seed 1 of the pool that was never written.</summary>
public sealed class UnwrittenMapTests
{
    // A pool that was made in a new file trusts that its map is zero when the first write lays it out. A map that was
    // damaged before that would have cross-linked blocks.
    [Fact]
    public void A_map_that_was_damaged_before_the_first_write_counts_for_nothing()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        BlockPool.Create(path, 512, BlockPool.MinPoolBytes).Dispose();
        ArenaGeometry arena = BttGeometry.Plan(BlockPool.MinPoolBytes, 512)!.Single();
        using (FileStream file = File.OpenWrite(path))
        {
            file.Position = arena.MapEntryOffset(14181);
            file.Write([0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0xC0]);
        }

        using BlockPool pool = BlockPool.Open(path);
        pool.Write(0, new byte[512]);

        Assert.Equal((BlockState.Initial, BlockState.Initial), (pool.GetState(14181), pool.GetState(14182)));
        BlockPoolReport report = pool.Check();
        Assert.True(report.IsConsistent, string.Join('\n', report.Findings));
    }
}
