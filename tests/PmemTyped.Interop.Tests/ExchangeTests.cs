using PmemTyped.Blocks;
using PmemTyped.Interop.Tests.Operations;
using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>Pools go back and forth between the reference library and ours, and no side loses what the other wrote.</summary>
public sealed class ExchangeTests
{
    private const int OperationsPerTurn = 200;

    /// <summary>Block size and pool size in bytes; many of the pool sizes are no multiple of a page.</summary>
    public static TheoryData<int, long> Shapes => new()
    {
        { 1, BlockPool.MinPoolBytes },
        { 511, 20_975_615 },
        { 512, BlockPool.MinPoolBytes },
        { 512, 67_108_864 },
        { 513, BlockPool.MinPoolBytes + 1 },
        { 520, 20_972_297 },
        { 1024, 134_217_728 },
        { 4096, 16_789_503 },
        { 4096, 100_000_000 },
        { 4104, 33_554_432 },
        { 4160, BlockPool.MinPoolBytes },
        { 8192, 67_108_864 },
        { 32256, 17_000_001 },
        { 32512, BlockPool.MinPoolBytes },
        { 65536, 67_108_864 },
        { 131072, 268_435_456 },
    };

    [ReferenceTheory]
    [MemberData(nameof(Shapes))]
    public void A_pool_that_we_made_is_read_and_written_by_the_reference_and_read_again_by_us(
        int blockSize, long poolBytes)
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        int seed = Seed(blockSize, poolBytes);
        var model = new BlockModel(seed);

        long blocks = Turn(new OurPool(BlockPool.Create(path, blockSize, poolBytes)), model, seed);
        Pmempool.AssertSound(path);
        Assert.Equal(blocks, Turn(ReferencePool.Open(path, blockSize), model, seed + 1));
        Pmempool.AssertSound(path);
        Assert.Equal(blocks, Turn(new OurPool(BlockPool.Open(path, blockSize)), model, seed + 2));
        Pmempool.AssertSound(path);
        AssertBothReadTheSame(path, directory);
    }

    [ReferenceTheory]
    [MemberData(nameof(Shapes))]
    public void A_pool_that_the_reference_made_is_read_and_written_by_us_and_read_again_by_the_reference(
        int blockSize, long poolBytes)
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        int seed = Seed(blockSize, poolBytes);
        var model = new BlockModel(seed);

        long blocks = Turn(ReferencePool.Create(path, blockSize, poolBytes), model, seed);
        Assert.Equal(blocks, Turn(new OurPool(BlockPool.Open(path, blockSize)), model, seed + 1));
        Pmempool.AssertSound(path);
        Assert.Equal(blocks, Turn(ReferencePool.Open(path, blockSize), model, seed + 2));
        Pmempool.AssertSound(path);
        AssertBothReadTheSame(path, directory);
    }

    [ReferenceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pool_that_the_tool_made_is_written_by_us(bool withLayout)
    {
        const int Seed = 71;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        string[] layout = withLayout ? ["-w"] : [];
        PmempoolResult made = Pmempool.Run(["create", "-s", "20972297", .. layout, "blk", "520", path]);
        Assert.True(made.ExitCode == 0, made.ToString());

        var model = new BlockModel(Seed);
        using (BlockPool pool = BlockPool.Open(path, 520))
        {
            Assert.Equal(withLayout, pool.IsLaidOut);
        }

        _ = Turn(new OurPool(BlockPool.Open(path, 520)), model, Seed);
        Pmempool.AssertSound(path);
        _ = Turn(ReferencePool.Open(path, 520), model, Seed + 1);
    }

    // The file is full of garbage but for its first page: neither side may take any of it for content.
    [ReferenceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pool_made_in_a_used_file_holds_nothing_of_it(bool byReference)
    {
        const int Seed = 72;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        byte[] garbage = new byte[BlockPool.MinPoolBytes];
        new Random(Seed).NextBytes(garbage);
        garbage.AsSpan(0, 4096).Clear();
        File.WriteAllBytes(path, garbage);

        var model = new BlockModel(Seed);
        IBlocks first = byReference
            ? ReferencePool.Create(path, 4096, poolBytes: 0)
            : new OurPool(BlockPool.CreateInFile(path, 4096));
        _ = Turn(first, model, Seed);
        Pmempool.AssertSound(path);
        _ = Turn(ReferencePool.Open(path), model, Seed + 1);
        _ = Turn(new OurPool(BlockPool.Open(path)), model, Seed + 2);
        Pmempool.AssertSound(path);
        AssertBothReadTheSame(path, directory);
    }

    [ReferenceTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sparse_pool_of_two_arenas_goes_back_and_forth(bool referenceFirst)
    {
        const int BlockSize = 65536;
        const long PoolBytes = (512L << 30) + 8192 + (1L << 30);
        const int Seed = 73;
        const long BlocksOfFirstArena = 8_387_839;
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("pool");
        using (BlockPool made = BlockPool.Create(
            path, BlockSize, PoolBytes, new BlockPoolOptions { IsSparse = true }))
        {
            Assert.Equal(8_403_965, made.BlockCount);
        }

        var model = new BlockModel(Seed);
        BlockOperation[] acrossTheBorder =
        [
            .. Enumerable.Range(-3, 6).Select(i =>
                new BlockOperation(BlockOperationKind.Write, BlocksOfFirstArena + i, i)),
            new BlockOperation(BlockOperationKind.SetError, BlocksOfFirstArena + 5, 0),
        ];
        for (int turn = 0; turn < 4; turn++)
        {
            bool isReference = turn % 2 == (referenceFirst ? 0 : 1);
            using IBlocks pool =
                isReference ? ReferencePool.Open(path, BlockSize) : new OurPool(BlockPool.Open(path, BlockSize));
            Assert.Equal(8_403_965, pool.BlockCount);
            model.AssertHeldBy(pool);
            model.Apply(pool, acrossTheBorder);
            model.Apply(pool, OperationSequence.Inside(Seed + turn, OperationsPerTurn, pool.BlockCount));
        }

        Pmempool.AssertSound(path);
    }

    // One side reads what is there, works, reads everything again, and closes.
    private static long Turn(IBlocks pool, BlockModel model, int seed)
    {
        using (pool)
        {
            model.AssertHeldBy(pool);
            model.Apply(pool, OperationSequence.Inside(seed, OperationsPerTurn, pool.BlockCount));
            model.AssertHeldBy(pool);
            return pool.BlockCount;
        }
    }

    private static void AssertBothReadTheSame(string path, TempDirectory directory)
    {
        string copy = directory.File("copy");
        File.Copy(path, copy);
        using var ours = new OurPool(BlockPool.Open(path));
        using ReferencePool reference = ReferencePool.Open(copy);
        PoolComparison.AssertSameBlocks(ours, reference);
    }

    private static int Seed(int blockSize, long poolBytes) => (int)((blockSize + poolBytes) % 9973);
}
