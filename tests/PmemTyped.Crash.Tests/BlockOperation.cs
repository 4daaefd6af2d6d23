using PmemTyped.Blocks;
using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>One operation on a block: a write of a generation, or a change of state.</summary>
internal readonly record struct BlockOperation(long Block, BlockState Result, int Generation)
{
    internal static BlockOperation Write(long block, int generation) => new(block, BlockState.Normal, generation);

    internal static BlockOperation Zero(long block) => new(block, BlockState.Zero, 0);

    internal static BlockOperation Error(long block) => new(block, BlockState.Error, 0);

    internal void Apply<TMedium>(BlockPoolCore<TMedium> pool)
        where TMedium : struct, IPmemMedium
    {
        switch (Result)
        {
            case BlockState.Normal:
                pool.Table.Write(Block, PoolImages.Content(Block, Generation));
                break;
            case BlockState.Zero:
                pool.Table.SetZero(Block);
                break;
            default:
                pool.Table.SetError(Block);
                break;
        }
    }
}
