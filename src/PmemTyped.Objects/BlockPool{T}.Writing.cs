using System.Buffers;
using System.Runtime.CompilerServices;
using PmemTyped.Blocks;

namespace PmemTyped;

/// <content>Everything that changes records: one, many, and those that nobody waits for in a thread.</content>
public sealed partial class BlockPool<T>
{
    /// <summary>
    /// Writes a record. Persisted on return; after a crash before that, old or new. In a packed pool the block is read,
    /// changed and written, under a lock: records of one block are written one after the other.
    /// </summary>
    /// <param name="index">Index of the record.</param>
    /// <param name="value">The record.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    /// <exception cref="BlockRecordException">The pool is packed and the block is marked bad: its other records are lost.
    /// SetZero of <see cref="Blocks"/> makes it usable again.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // benchmark: compare typed, blocks.typed.write
    public void Write(long index, in T value) => _records.Write(index, in value);

    /// <summary>
    /// Writes any number of records, each of them atomic by itself. Records in up to 64 blocks, of large ones up to
    /// 4 MiB, share the flush waves of one write; more are cut into groups in the order given. Persisted on return; after a crash or an exception before that,
    /// each record is old or new, and none of a later group is new unless all of the earlier groups are. In a packed pool
    /// the records of one block are one write: all old or all new. Of equal indexes the last one counts. Allocates nothing.
    /// </summary>
    /// <param name="indexes">Indexes, in any order; of a packed pool best those of a block together.</param>
    /// <param name="values">The records in the order of the indexes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not below the capacity; nothing was written.</exception>
    /// <exception cref="ArgumentException">There are more indexes than records, or fewer; nothing was written.</exception>
    /// <exception cref="BlockRecordException">The pool is packed and a block is marked bad; its group and those behind were
    /// not written.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void WriteMany(ReadOnlySpan<long> indexes, ReadOnlySpan<T> values)
    {
        if (indexes.Length != values.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{values.Length} records cannot be written to {indexes.Length} indexes."),
                nameof(values));
        }

        _records.WriteMany(indexes, values);
    }

    /// <summary>
    /// Writes a record without waiting in a thread. It is persisted when the task has ended well; until then, and when it
    /// failed, it is old or new after a crash. Where a write waits for storage, calls line up and share flush waves. In a
    /// packed pool, and in one that is being upgraded, a thread of the thread pool does what <see cref="Write"/> does, and
    /// writes of one caller may change places unless each is awaited.
    /// </summary>
    /// <param name="index">Index of the record.</param>
    /// <param name="value">The record; it is encoded before the call returns.</param>
    /// <param name="cancellationToken">Until its turn comes, a cancelled call writes nothing and its task is cancelled; from
    /// then on it is written, and its task tells how that went.</param>
    /// <returns>A task that fails with what <see cref="Write"/> throws.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    public Task WriteAsync(long index, in T value, CancellationToken cancellationToken = default)
    {
        if (_records.LocksWrites)
        {
            T copy = value;
            return Task.Run(() => Write(index, in copy), cancellationToken);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(_blocks.BlockSize);
        Task? written = null;
        try
        {
            _records.Encode(in value, buffer);
            written = _blocks.WriteAsync(index, buffer.AsMemory(0, _blocks.BlockSize), cancellationToken);
        }
        finally
        {
            if (written is null or { IsCompleted: true })
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        return written.IsCompleted ? written : ReturnAfter(written, buffer);
    }

    /// <summary>
    /// Waits for every <see cref="WriteAsync"/> that was called before and lines up, however it ended. There is nothing else
    /// to flush, because every other call persists before it returns.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; nothing is undone.</param>
    /// <returns>A task that fails with <see cref="PmemFaultedException"/> when a flush failed, now or earlier.</returns>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _blocks.FlushAsync(cancellationToken);

    /// <summary>
    /// Deletes a record. Persisted on return; it reads as Zeroed until it is written again, in a packed pool as Empty unless
    /// it was the last one of its block.
    /// </summary>
    /// <param name="index">Index of the record.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    /// <exception cref="BlockRecordException">The pool is packed and the block is marked bad.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    public void Delete(long index) => _records.Delete(index);

    /// <summary>
    /// Writes every record of an older layout anew, while the pool is used, in a thread of the thread pool. When all have the
    /// new layout the pool says so, and can be opened without <see cref="LayoutUpgrade.OnRead"/> again. It may be
    /// cancelled, or cut off by a crash, at any moment, and called again: what was migrated stays, no record is ever lost
    /// or torn. Does nothing in a pool that has no older records. Await it before closing the pool.
    /// </summary>
    /// <param name="progress">Is told after every group of up to 64 blocks, in the thread that migrates.</param>
    /// <param name="cancellationToken">Ends the migration between two groups of blocks.</param>
    /// <returns>What was done. Where something is no sound record the rest is migrated, and the result is not complete:
    /// delete or restore it, and migrate again. The task fails with what a step marked [MigratesFrom] throws.</returns>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    public Task<MigrationResult> MigrateAllAsync(
        IProgress<MigrationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _blocks.IsReadOnly
            ? throw new NotSupportedException($"Cannot migrate '{_blocks.Path}': it may only be read. Open it for writing.")
            : Task.Run(() => _records.MigrateAll(progress, cancellationToken), cancellationToken);

    private static async Task ReturnAfter(Task written, byte[] buffer)
    {
        try
        {
            await written.ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
