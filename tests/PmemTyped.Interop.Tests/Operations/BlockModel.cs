namespace PmemTyped.Interop.Tests.Operations;

/// <summary>What a pool should hold, kept in memory: content, or "bad", of every block that was touched.</summary>
internal sealed class BlockModel
{
    private readonly Dictionary<long, byte[]?> _blocks = [];
    private readonly int _seed;

    internal BlockModel(int seed) => _seed = seed;

    /// <summary>Does operations on a pool and here, and asserts that the pool reads what was written.</summary>
    internal void Apply(IBlocks pool, IEnumerable<BlockOperation> operations)
    {
        byte[] found = new byte[pool.BlockSize];
        foreach (BlockOperation operation in operations)
        {
            switch (operation.Kind)
            {
                case BlockOperationKind.Read:
                    AssertReads(pool, operation.Block, found);
                    break;
                case BlockOperationKind.Write:
                    byte[] content = operation.Content(pool.BlockSize);
                    AssertDone(operation, pool.Write(operation.Block, content));
                    _blocks[operation.Block] = content;
                    break;
                case BlockOperationKind.SetZero:
                    AssertDone(operation, pool.SetZero(operation.Block));
                    _blocks[operation.Block] = new byte[pool.BlockSize];
                    break;
                default:
                    AssertDone(operation, pool.SetError(operation.Block));
                    _blocks[operation.Block] = null;
                    break;
            }
        }
    }

    /// <summary>Asserts that a pool reads every touched block as it should, and its neighbours as zeros.</summary>
    internal void AssertHeldBy(IBlocks pool)
    {
        byte[] found = new byte[pool.BlockSize];
        foreach (long block in _blocks.Keys.SelectMany(b => (long[])[b - 1, b, b + 1]).Distinct())
        {
            if (block >= 0 && block < pool.BlockCount)
            {
                AssertReads(pool, block, found);
            }
        }
    }

    /// <summary>Asserts that a pool reads every touched block as it should.</summary>
    internal void AssertTouchedHeldBy(IBlocks pool)
    {
        byte[] found = new byte[pool.BlockSize];
        foreach (long block in _blocks.Keys)
        {
            AssertReads(pool, block, found);
        }
    }

    private void AssertReads(IBlocks pool, long block, byte[] found)
    {
        Array.Fill(found, (byte)0xEE);
        BlockOutcome outcome = pool.Read(block, found);
        if (_blocks.TryGetValue(block, out byte[]? expected) && expected is null)
        {
            Assert.True(outcome == BlockOutcome.Bad, Says(pool, block, $"should be bad, but reads {outcome}"));
            return;
        }

        Assert.True(outcome == BlockOutcome.Done, Says(pool, block, $"should be readable, but reads {outcome}"));
        int differs = found.AsSpan().CommonPrefixLength(expected ?? new byte[pool.BlockSize]);
        Assert.True(differs == found.Length, Says(pool, block, $"differs at byte {differs}"));
    }

    private void AssertDone(BlockOperation operation, BlockOutcome outcome) =>
        Assert.True(outcome == BlockOutcome.Done, $"seed {_seed}: {operation} ended as {outcome}");

    private string Says(IBlocks pool, long block, string finding) =>
        FormattableString.Invariant($"seed {_seed}: block {block} of a {pool.GetType().Name} {finding}");
}
