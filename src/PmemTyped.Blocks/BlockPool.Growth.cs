using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <content>Pools that become larger while they are in use.</content>
public sealed partial class BlockPool
{
    private readonly Lock _growing = new();

    /// <summary>
    /// Gives the pool the blocks that its files have room for and its layout does not use: after the file of a closed pool was
    /// made longer, or a growth of a set was interrupted. Others may read and write meanwhile; near the end they wait, as this
    /// call waits for leases. The new blocks read as zeros. The result is the pool that libpmemblk would have made in that
    /// size. Persisted on return; a crash before leaves the old number of blocks or the new one. Threads: one grows at a time.
    /// </summary>
    /// <returns>The number of blocks gained; 0 when there was no room.</returns>
    /// <exception cref="NotSupportedException">The pool may only be read, is damaged, or cannot grow by so little.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds a <see cref="BlockLease"/> of the pool.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public long Grow()
    {
        lock (_growing)
        {
            long before = BlockCount;
            using scoped PersistBatch batch = BeginBatch();
            if (_core.Table.PlanGrowth(Map.LengthBytes) is { } plan)
            {
                _core.Grow(Map.DangerousGetMedium(), plan, _core.Identity, () => { });
            }

            return BlockCount - before;
        }
    }

    /// <summary>
    /// Adds a part to each local replica of the pool set, and to the pool the blocks that fit: otherwise as
    /// <see cref="Grow()"/>. In a set of directories the parts get the next numbers; in one of files each gets a line in the
    /// set file, which is written anew without its comments. When anything fails the new files are removed.
    /// </summary>
    /// <param name="partBytes">Size of each new part in bytes: whole pages, at least 2 MiB, and as much as the moved map takes.</param>
    /// <param name="newParts">Absolute paths of files that do not exist, one for each local replica; none for directories.</param>
    /// <returns>The number of blocks gained.</returns>
    /// <exception cref="ArgumentException">The size is none for a part, or too many or too few paths were given.</exception>
    /// <exception cref="NotSupportedException">The pool is no set, may only be read, is damaged, or cannot grow by so little.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds a <see cref="BlockLease"/> of the pool, or its
    /// directories are declared too small; open it again after raising their sizes.</exception>
    /// <exception cref="PmemIOException">A file exists already, or cannot be made: the disk is full, permission is missing.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public long Grow(long partBytes, params IReadOnlyList<string> newParts)
    {
        lock (_growing)
        {
            _core.Table.ThrowIfReadOnly("grow");
            _core.Table.ThrowIfLeased("grow");
            PoolSetMap set = _set ?? throw new NotSupportedException(
                $"Cannot add a part to '{Path}': it is a pool in one file. Close it, make the file longer, and call Grow without a size.");
            GrowthPlan plan = _core.Table.PlanGrowth(set.PoolBytesWith(partBytes)) ?? throw new NotSupportedException(
                FormattableString.Invariant($"Cannot grow '{Path}': {partBytes} bytes are no room for another block. Give the part 16 MiB or more."));
            long before = BlockCount;
            using PoolSetGrowth growth = set.PrepareGrowth(partBytes, newParts);
            _core.Grow(growth.Map.DangerousGetMedium(), plan, growth.Identity, growth.Commit);
            return BlockCount - before;
        }
    }
}
