using System.Diagnostics;
using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Blocks.Repair;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// A hundred thousand damaged pools. Each is refused with one of our exceptions or works; a pool that a check finds
/// consistent opens, works and stays consistent; a repair that promises a consistent pool keeps its promise. Every round has
/// private pages of the same file, so that nothing is copied. PMEMTYPED_FUZZ_ROUNDS sets the number of rounds per pool.
/// </summary>
public sealed class MutatedPoolTests(ITestOutputHelper output)
{
    private const int Workers = 2;
    private const int BlocksTried = 4;
    private static readonly ShutdownIdentity s_identity = new(0, 0);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    // Pools of few blocks get most of the rounds: their structures are the same, and a check of them is short.
    public static TheoryData<string, int> Pools => new()
    {
        { "b32512-min-maxbsize.pool", 82_000 },
        { "b4096-odd-size.pool", 8_000 },
        { "b4096-32m-existing-file.pool", 2_000 },
        { "crash-layout-flog.pool", 3_000 },
        { "crash-layout-primary-info.pool", 2_000 },
        { "crash-mt-sigkill.pool", 1_000 },
        { "b512-min-mixed.pool", 1_000 },
        { "b520-20m.pool", 500 },
        { "feat-none-cksum4k.pool", 500 },
        { "b512-min-unwritten.pool", 1_000 },
    };

    [Theory]
    [MemberData(nameof(Pools))]
    public async Task A_damaged_pool_is_refused_or_works(string name, int rounds)
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = GoldenPool.Named(name).Extract(directory);
        BlockPoolDescription description = BlockPool.Describe(path);
        if (Environment.GetEnvironmentVariable("PMEMTYPED_FUZZ_ROUNDS") is { } wanted)
        {
            rounds = int.Parse(wanted, CultureInfo.InvariantCulture);
        }

        var clock = Stopwatch.StartNew();
        int[] ends = new int[3];
        Task[] workers =
        [
            .. Enumerable.Range(0, Workers).Select(worker => Task.Run(() =>
            {
                for (int seed = 1 + worker; seed <= rounds; seed += Workers)
                {
                    Interlocked.Increment(ref ends[Run(path, description, seed)]);
                }
            })),
        ];
        await Task.WhenAll(workers).WaitAsync(s_patience);
        double perSecond = rounds / clock.Elapsed.TotalSeconds;
        output.WriteLine(FormattableString.Invariant(
            $"{name}: seeds 1 to {rounds}, {perSecond:F0} per second; {ends[0]} refused, {ends[1]} damaged but opened, {ends[2]} consistent"));
        Assert.True(ends[0] > rounds / 20 && ends[1] + ends[2] > rounds / 20, "one-sided");
    }

    /// <summary>One damaged pool; a seed that failed is repeated with this.</summary>
    /// <returns>0 for refused, 1 for damaged but opened, 2 for consistent.</returns>
    internal static int Run(string path, BlockPoolDescription description, int seed)
    {
        try
        {
            var random = new Random(seed);
            var mutator = new PoolMutator(description);
            long length = mutator.Length(random);
            if (BlockPoolFile.ExamineSize(length) is not null)
            {
                return 0;
            }

            using PmemSource source = PmemSource.Open(path, writable: false);
            using PmemMap map = PmemMap.Map(source, new PmemMapConfig { LengthBytes = length, IsPrivate = true });
            MapMedium medium = map.DangerousGetMedium();
            mutator.Damage(medium, random);
            return random.Next(4) == 0 ? Repair(medium, path) : Use(medium, path, random);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"{path}, seed {seed}: {exception}"), exception);
        }
    }

    private static int Use(MapMedium medium, string path, Random random)
    {
        Quietly(() => BlockPoolDescriber<MapMedium>.Describe(medium, path));
        BlockPoolReport report = BlockPoolChecker<MapMedium>.Check(medium, path, new ShutdownIdentity(0, 0));
        BlockPoolCore<MapMedium> pool;
        try
        {
            pool = BlockPoolCore<MapMedium>.Open(medium, path, 0, s_identity);
        }
        catch (PmemException) when (!report.IsConsistent)
        {
            return 0;
        }

        bool isSound = report.IsConsistent && !pool.IsReadOnly;
        byte[] content = new byte[pool.Table.BlockBytes];
        for (int i = 0; i < BlocksTried; i++)
        {
            UseBlock(pool, random.NextInt64(pool.Table.Blocks), content, isSound);
        }

        pool.Close(() => { });
        BlockPoolReport after = BlockPoolChecker<MapMedium>.Check(medium, path, new ShutdownIdentity(0, 0));
        Assert.True(after.IsConsistent || !report.IsConsistent, string.Join('\n', after.Findings));
        return report.IsConsistent ? 2 : 1;
    }

    private static void UseBlock(BlockPoolCore<MapMedium> pool, long block, byte[] content, bool isSound)
    {
        Action[] uses =
        [
            () => pool.Table.Read(block, content),
            () => pool.Table.Write(block, content),
            () => pool.Table.SetZero(block),
            () => pool.Table.SetError(block),
        ];
        foreach (Action use in uses)
        {
            if (isSound)
            {
                use();
            }
            else
            {
                Quietly(use);
            }
        }
    }

    private static int Repair(MapMedium medium, string path)
    {
        BlockPoolRepair repair = RepairPlanner<MapMedium>.Plan(medium, path, isAdvanced: true, new ShutdownIdentity(0, 0));
        if (!repair.After.IsConsistent)
        {
            return 0;
        }

        Assert.True(repair.Before.IsConsistent == (repair.Changes.Count == 0), "changes without need, or none");
        BlockPoolCore<MapMedium> pool = BlockPoolCore<MapMedium>.Open(medium, path, 0, s_identity);
        pool.Table.GetState(0);
        return 2;
    }

    // Refusals: of the medium, or of a pool that may only be read.
    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is PmemException or NotSupportedException)
        {
            // One of the allowed ends.
        }
    }
}
