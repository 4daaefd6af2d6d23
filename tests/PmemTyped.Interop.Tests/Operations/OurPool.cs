using PmemTyped.Blocks;

namespace PmemTyped.Interop.Tests.Operations;

/// <summary>A pool that our library has open.</summary>
internal sealed class OurPool : IBlocks
{
    private readonly BlockPool _pool;

    internal OurPool(BlockPool pool) => _pool = pool;

    public int BlockSize => _pool.BlockSize;

    public long BlockCount => _pool.BlockCount;

    public BlockOutcome Read(long block, Span<byte> destination)
    {
        try
        {
            return _pool.TryRead(block, destination) == BlockState.Error ? BlockOutcome.Bad : BlockOutcome.Done;
        }
        catch (ArgumentOutOfRangeException)
        {
            return BlockOutcome.OutOfRange;
        }
    }

    public BlockOutcome Write(long block, ReadOnlySpan<byte> source)
    {
        try
        {
            _pool.Write(block, source);
            return BlockOutcome.Done;
        }
        catch (ArgumentOutOfRangeException)
        {
            return BlockOutcome.OutOfRange;
        }
    }

    public BlockOutcome SetZero(long block) => Guarded(_pool.SetZero, block);

    public BlockOutcome SetError(long block) => Guarded(_pool.SetError, block);

    public void Dispose() => _pool.Dispose();

    private static BlockOutcome Guarded(Action<long> operation, long block)
    {
        try
        {
            operation(block);
            return BlockOutcome.Done;
        }
        catch (ArgumentOutOfRangeException)
        {
            return BlockOutcome.OutOfRange;
        }
    }
}
