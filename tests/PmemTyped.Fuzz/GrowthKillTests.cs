using PmemTyped.Blocks;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// A process that writes from four threads, and lets its pool grow meanwhile, is killed again and again. The number of blocks
/// is always one that a growth began or ended with, no block is torn, and no write that returned is lost.
/// </summary>
public sealed class GrowthKillTests(ITestOutputHelper output)
{
    internal const long PartBytes = 2 << 20;

    /// <summary>The number of blocks at which a writer stops to grow, so that the test ends with the disk not full.</summary>
    internal const long MaxBlocks = 40_000;
    private const int Seed = 20261122;
    private const int Kills = 40;

    // Long enough for a process that has just started to come to its first growths.
    private const int LongestRunMicroseconds = 250_000;

    [Fact]
    public void A_pool_that_is_killed_while_it_grows_has_the_old_number_of_blocks_or_the_new_one()
    {
        using var directory = TempDirectory.CreateInMemory();
        string set = directory.File("pool.set");
        Directory.CreateDirectory(directory.File("parts"));
        File.WriteAllText(set, $"PMEMPOOLSET\nOPTION SINGLEHDR\n1G {directory.File("parts")}\n");
        BlockPool.CreateInSet(set, KillWriter.BlockSize).Dispose();
        string ledgerPath = directory.File("ledger");
        using var ledger = new KillLedger(ledgerPath);
        var random = new Random(Seed);
        int unfinished = 0;
        long blocks = 0;
        for (int kill = 1; kill <= Kills; kill++)
        {
            KillTests.RunUntilKilled(Program.GrowVerb, set, ledgerPath, ledger, random.Next(LongestRunMicroseconds));
            long parts = Directory.GetFiles(directory.File("parts"), "*.pmem").Length;
            using BlockPool pool = BlockPool.Open(set);
            Assert.True(pool.BlockCount >= blocks, FormattableString.Invariant($"seed {Seed}, kill {kill}: fewer blocks"));
            for (int block = 0; block < KillLedger.Blocks; block++)
            {
                KillWriter.AssertBlock(pool, ledger, block);
            }

            unfinished += pool.Grow() > 0 ? 1 : 0;
            blocks = pool.BlockCount;
            Assert.Equal(Expected(parts), blocks);
            BlockPoolReport report = pool.Check();
            Assert.True(report.IsConsistent, FormattableString.Invariant($"seed {Seed}, kill {kill}: {string.Join('\n', report.Findings)}"));
        }

        output.WriteLine(FormattableString.Invariant(
            $"seed {Seed}: {Kills} kills, {blocks} blocks, {unfinished} growths were killed between the part and the layout"));
        Assert.True(blocks > Expected(1), "it never grew");
    }

    // The only sizes that the pool may have are those of whole parts.
    private static long Expected(long parts)
    {
        long bytes = BlockPool.MinPoolBytes + ((parts - 1) * PartBytes);
        long low = 1;
        long high = bytes / KillWriter.BlockSize;
        while (low < high)
        {
            long middle = (low + high + 1) / 2;
            (low, high) = BlockPool.PoolBytesFor(KillWriter.BlockSize, middle) <= bytes ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
