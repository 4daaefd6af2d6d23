using System.Buffers;
using PmemTyped.Blocks;
using PmemTyped.Objects;

namespace PmemTyped;

/// <summary>
/// A file of records of one layout, one record in each block. Every write is atomic: after a crash a record is old or
/// new, never torn, and what a write that returned has stored is there. Reads and writes allocate nothing.
/// Threads: every instance member is safe for any number of threads.
/// </summary>
/// <typeparam name="T">A struct marked [PersistentLayout].</typeparam>
public sealed class BlockPool<T> : IDisposable
    where T : unmanaged, IBlockRecord<T>
{
    private readonly BlockPool _blocks;

    private BlockPool(BlockPool blocks) => _blocks = blocks;

    /// <summary>Gets the untyped pool underneath.</summary>
    public BlockPool Blocks => _blocks;

    /// <summary>Gets the number of records that fit; indexes run from 0 to one less.</summary>
    public long Capacity => _blocks.BlockCount;

    /// <summary>Gets the records that are present, in order of their index.</summary>
    public PresentRecords<T> Records => new(this);

    /// <summary>Reads or writes a record. A written record is persisted when the assignment is done.</summary>
    /// <param name="index">Index of the record.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not below the capacity.</exception>
    /// <exception cref="BlockRecordException">There is no sound record; see <see cref="TryRead"/>.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public T this[long index]
    {
        get
        {
            BlockRecordStatus status = TryRead(index, out T value);
            return status == BlockRecordStatus.Ok
                ? value
                : throw new BlockRecordException(_blocks.Path, index, status);
        }

        set => Write(index, in value);
    }

    /// <summary>Makes a pool file for at least so many records and opens it. Persisted on return.</summary>
    /// <param name="path">Path of the file; it must not exist.</param>
    /// <param name="capacity">Number of records, at least 1; the smallest pool holds more than a few.</param>
    /// <param name="options">Mode and sparseness; the application area belongs to this class.</param>
    /// <exception cref="ArgumentException">The options claim the application area.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1 or more than any pool holds.</exception>
    /// <exception cref="PmemIOException">The file exists, the disk is full, permission is missing.</exception>
    public static BlockPool<T> Create(string path, long capacity, BlockPoolOptions? options = null)
    {
        T.VerifyLayout();
        options ??= new BlockPoolOptions();
        if (!options.ApplicationArea.IsEmpty)
        {
            throw new ArgumentException(
                "A typed pool keeps its layout description in the application area; leave it empty.", nameof(options));
        }

        BlockPool blocks = BlockPool.Create(
            path,
            T.BlockSize,
            BlockPool.PoolBytesFor(T.BlockSize, capacity),
            options with { ApplicationArea = LayoutDescription.Of<T>().ToBytes() });
        return new BlockPool<T>(blocks);
    }

    /// <summary>Opens a pool of this layout; interrupted writes are completed. Nothing is changed when anything is wrong.</summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="adoptUntyped">
    /// Accepts a pool without a layout description and writes one into it, if its blocks are large enough.
    /// </param>
    /// <exception cref="LayoutMismatchException">The pool has another layout; the message shows the difference field by field.</exception>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFormatException">No block pool.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    public static BlockPool<T> Open(string path, bool adoptUntyped = false)
    {
        T.VerifyLayout();
        BlockPool blocks = BlockPool.Open(path, 0, pool => TypedPoolLayout.Require<T>(pool, adoptUntyped));
        try
        {
            TypedPoolLayout.Adopt<T>(blocks, adoptUntyped);
            return new BlockPool<T>(blocks);
        }
        catch
        {
            blocks.Dispose();
            throw;
        }
    }

    /// <summary>Reads a record.</summary>
    /// <param name="index">Index of the record.</param>
    /// <param name="value">The record, or default unless the result is Ok.</param>
    /// <returns>
    /// Ok; Empty where nothing was written; Zeroed after <see cref="Delete"/>; otherwise what is wrong with the block.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    /// <exception cref="PmemCorruptionException">The map entry of the block is damaged.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public BlockRecordStatus TryRead(long index, out T value)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_blocks.BlockSize);
        try
        {
            // The record alone is copied; a block that holds something else is judged by all its bytes.
            Span<byte> record = buffer.AsSpan(0, T.RecordSize);
            BlockRecordStatus status = Judge(_blocks.TryRead(index, record), record, out value);
            if (status is BlockRecordStatus.Ok or BlockRecordStatus.Empty or BlockRecordStatus.Zeroed)
            {
                return status;
            }

            Span<byte> block = buffer.AsSpan(0, _blocks.BlockSize);
            return Judge(_blocks.TryRead(index, block), block, out value);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes a record. Persisted on return; after a crash before that, old or new.</summary>
    /// <param name="index">Index of the record.</param>
    /// <param name="value">The record.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public void Write(long index, in T value)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_blocks.BlockSize);
        try
        {
            Span<byte> block = buffer.AsSpan(0, _blocks.BlockSize);
            T.Write(in value, block);
            _blocks.Write(index, block);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Deletes a record. Persisted on return; it reads as Zeroed until it is written again.</summary>
    /// <param name="index">Index of the record.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    public void Delete(long index) => _blocks.SetZero(index);

    /// <summary>Waits for operations under way and closes the pool.</summary>
    public void Dispose() => _blocks.Dispose();

    private static BlockRecordStatus Judge(BlockState state, ReadOnlySpan<byte> bytes, out T value)
    {
        if (state == BlockState.Normal)
        {
            return T.TryRead(bytes, out value);
        }

        value = default;
        return state switch
        {
            BlockState.Error => BlockRecordStatus.MarkedBad,
            BlockState.Zero => BlockRecordStatus.Zeroed,
            _ => BlockRecordStatus.Empty,
        };
    }
}
