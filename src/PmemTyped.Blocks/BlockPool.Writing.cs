using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks;

/// <content>Everything that changes blocks: one, many, and those that nobody waits for in a thread.</content>
public sealed partial class BlockPool
{
    /// <summary>
    /// Writes a block. Persisted on return; after a crash before that, old or new. On page granularity, threads that
    /// write at the same time share flush waves. (pmemblk_write)
    /// </summary>
    /// <param name="block">Block number.</param>
    /// <param name="source">Exactly as many bytes as a block has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    /// <exception cref="ArgumentException">The source has another length.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds a <see cref="BlockLease"/> of the pool.</exception>
    /// <exception cref="PmemCorruptionException">The arena of the block may only be read, because it is damaged.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Write(long block, ReadOnlySpan<byte> source)
    {
        CheckLength(source.Length, nameof(source));
        using scoped PersistBatch batch = BeginBatch();
        _core.Table.Write(block, source);
    }

    /// <summary>
    /// Writes any number of blocks, each of them atomic by itself. Up to 64 blocks share the three flush waves of one
    /// write, more are cut into groups in the order given. Persisted on return; after a crash or an exception before
    /// that, each block is old or new, and no block of a later group is new unless all of the earlier groups are. Of equal
    /// blocks the last one counts. Allocates nothing. (pmemblk_write, once for each block)
    /// </summary>
    /// <param name="blocks">Block numbers, in any order.</param>
    /// <param name="contents">The contents in the order of the numbers, <see cref="BlockSize"/> bytes each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A block does not exist; nothing was written.</exception>
    /// <exception cref="ArgumentException">The contents have another length; nothing was written.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds a <see cref="BlockLease"/> of the pool.</exception>
    /// <exception cref="PmemCorruptionException">The arena of a block may only be read, then nothing was written; or the
    /// map entry of a block is damaged, then the others of its group and the groups before were written.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void WriteMany(ReadOnlySpan<long> blocks, ReadOnlySpan<byte> contents)
    {
        if (contents.Length != (long)blocks.Length * BlockSize)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{blocks.Length} blocks of {BlockSize} bytes cannot be written from {contents.Length} bytes."),
                nameof(contents));
        }

        using scoped PersistBatch batch = BeginBatch();
        _core.Table.WriteMany(blocks, new ContiguousContents(contents, BlockSize));
    }

    /// <summary>
    /// Writes a block without waiting in a thread. The block is persisted when the task has ended well; until then, and
    /// when it failed, it is old or new after a crash. Where a write waits for storage, calls line up and those that have
    /// come together share flush waves; elsewhere the block is written before the call returns. Blocks of one caller are
    /// written in the order of the calls.
    /// </summary>
    /// <param name="block">Block number.</param>
    /// <param name="content">Exactly as many bytes as a block has; they must not change before the task ends.</param>
    /// <param name="cancellationToken">Until its turn comes, a cancelled call writes nothing and its task is cancelled;
    /// from then on it is written, and its task tells how that went.</param>
    /// <returns>A task that ends when the block is persisted. It fails with <see cref="PmemCorruptionException"/> as
    /// <see cref="Write"/> does, with <see cref="PmemFaultedException"/> when a flush failed, of this call or of one that
    /// shared its waves, and with <see cref="ObjectDisposedException"/> when the pool was closed before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    /// <exception cref="ArgumentException">The content has another length.</exception>
    /// <exception cref="NotSupportedException">The pool may only be read.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds a <see cref="BlockLease"/> of the pool.</exception>
    public Task WriteAsync(long block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        CheckLength(content.Length, nameof(content));
        _core.Table.ThrowIfReadOnly("write a block of");
        _core.Table.ThrowIfLeased("write a block of");
        _core.Table.Check(block);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (_core.Table.WaitsForStorage)
        {
            return _queue.Add(block, content, cancellationToken);
        }

        try
        {
            using (BeginBatch())
            {
                _core.Table.Write(block, content.Span);
            }

            return Task.CompletedTask;
        }
        catch (Exception failure) when (failure is PmemException or ObjectDisposedException)
        {
            return Task.FromException(failure);
        }
    }

    /// <summary>
    /// Waits for every <see cref="WriteAsync"/> that was called before, however it ended. Those that ended well are
    /// persisted; there is nothing else to flush, because every other call persists before it returns.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; nothing is undone.</param>
    /// <returns>A task that fails with <see cref="PmemFaultedException"/> when a flush failed, now or earlier.</returns>
    public Task FlushAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled(cancellationToken)
        : _queue.Add(null, default, default).WaitAsync(cancellationToken);

    /// <summary>Makes a block read as zeros. Persisted on return. (pmemblk_set_zero)</summary>
    /// <param name="block">Block number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    public void SetZero(long block)
    {
        using scoped PersistBatch batch = BeginBatch();
        _core.Table.SetZero(block);
    }

    /// <summary>Marks a block as bad until it is written again. Persisted on return. (pmemblk_set_error)</summary>
    /// <param name="block">Block number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    public void SetError(long block)
    {
        using scoped PersistBatch batch = BeginBatch();
        _core.Table.SetError(block);
    }

    private void CheckLength(int lengthBytes, string parameter)
    {
        if (lengthBytes != BlockSize)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A block of {BlockSize} bytes cannot be written from {lengthBytes}."),
                parameter);
        }
    }
}
