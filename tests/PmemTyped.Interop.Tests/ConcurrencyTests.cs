using System.Diagnostics;
using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>What several threads of ours leave behind satisfies the reference, closed or killed.</summary>
public sealed class ConcurrencyTests
{
    [ReferenceFact]
    public void Blocks_that_four_threads_fought_over_are_whole_and_pass_the_tool()
    {
        const int Seed = 81;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        using (BlockPool pool = BlockPool.Create(path, BlockHammer.BlockSize, BlockPool.MinPoolBytes))
        {
            BlockHammer.Run(pool, Seed, TimeSpan.FromSeconds(2));
        }

        Pmempool.AssertSound(path);
        using (ReferencePool reference = ReferencePool.Open(path))
        {
            BlockHammer.AssertWhole(reference, Seed);
        }

        using var ours = new OurPool(BlockPool.Open(path));
        BlockHammer.AssertWhole(ours, Seed);
    }

    // Far more threads than lanes: readers are suspended in the middle of a copy, while writers want their block.
    [Fact]
    public void Readers_never_see_a_mixture_when_threads_outnumber_lanes()
    {
        const int Seed = 82;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        using (BlockPool pool = BlockPool.Create(path, BlockHammer.BlockSize, BlockPool.MinPoolBytes))
        {
            BlockHammer.Run(
                pool, Seed, TimeSpan.FromSeconds(3), 6 * Environment.ProcessorCount, readsInEight: 4);
        }

        BlockPoolReport report = BlockPool.Check(path);
        Assert.True(report.IsConsistent, string.Join('\n', report.Findings));
    }

    [ReferenceTheory]
    [InlineData(91)]
    [InlineData(92)]
    [InlineData(93)]
    [InlineData(94)]
    public void A_killed_process_leaves_a_pool_that_both_sides_recover_alike(int seed)
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        BlockPool.Create(path, BlockHammer.BlockSize, BlockPool.MinPoolBytes).Dispose();
        KillAWriter(path, seed);

        string copy = directory.File("copy");
        File.Copy(path, copy);
        PmempoolResult crashed = Pmempool.Check(copy);
        Assert.True(crashed.ExitCode == 0, FormattableString.Invariant($"seed {seed}: {crashed}"));
        using (var ours = new OurPool(BlockPool.Open(path)))
        using (ReferencePool reference = ReferencePool.Open(copy))
        {
            BlockHammer.AssertWhole(ours, seed);
            PoolComparison.AssertSameBlocks(ours, reference);
        }

        Pmempool.AssertSound(path);
    }

    private static void KillAWriter(string path, int seed)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments =
        [
            typeof(ConcurrencyTests).Assembly.Location,
            "hammer",
            path,
            seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];
        using Process writer = Process.Start(
            new ProcessStartInfo(host, arguments) { RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("open", writer.StandardOutput.ReadLine());

            // How far it gets is luck; the seed varies the wait too.
            Thread.Sleep(300 + (seed % 10 * 37));
        }
        finally
        {
            writer.Kill();
            writer.WaitForExit();
        }
    }
}
