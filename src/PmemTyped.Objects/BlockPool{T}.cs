using PmemTyped.Blocks;
using PmemTyped.Objects;
using PmemTyped.Objects.Records;
using PmemTyped.Sets;

namespace PmemTyped;

/// <summary>
/// A file of records of one layout, one record in each block, or as many as fit where the layout is marked
/// <c>[BlockRecord(Pack = true)]</c>. Every write is atomic: after a crash a record is old or new, never torn, and what a
/// write that returned has stored is there. Reads and writes allocate nothing.
/// Threads: every instance member is safe for any number of threads.
/// </summary>
/// <typeparam name="T">A struct marked [PersistentLayout].</typeparam>
public sealed partial class BlockPool<T> : IDisposable
    where T : unmanaged, IBlockRecord<T>
{
    private readonly BlockPool _blocks;
    private readonly RecordStore<T, PoolBlocks> _records;

    private BlockPool(BlockPool blocks, RecordStore<T, PoolBlocks> records)
    {
        _blocks = blocks;
        _records = records;
    }

    /// <summary>Gets the untyped pool underneath.</summary>
    public BlockPool Blocks => _blocks;

    /// <summary>Gets the number of records that fit; indexes run from 0 to one less.</summary>
    public long Capacity => _records.Capacity;

    /// <summary>Gets the records that are present, in order of their index.</summary>
    public PresentRecords<T> Records => new(this);

    /// <summary>Reads or writes a record. A written record is persisted when the assignment is done.</summary>
    /// <param name="index">Index of the record.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not below the capacity.</exception>
    /// <exception cref="BlockRecordException">There is no sound record; see <see cref="TryRead"/>.</exception>
    /// <exception cref="NotSupportedException">It is written, and the pool may only be read.</exception>
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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        BlockPoolOptions described = Describe(options);
        long perBlock = T.IsPacked ? T.BlockSize / PoolLayout.Of<T>().SlotBytes : 1;
        return Over(BlockPool.Create(
            path, T.BlockSize, BlockPool.PoolBytesFor(T.BlockSize, ((capacity - 1) / perBlock) + 1), described));
    }

    /// <summary>
    /// Makes a pool in the files that a pool set file names, as large as they are, and opens it. Persisted on return. What it
    /// does with files and replicas is said at <see cref="BlockPool.CreateInSet"/>.
    /// </summary>
    /// <param name="setPath">Path of the pool set file.</param>
    /// <param name="options">Mode and sparseness; the application area belongs to this class.</param>
    /// <exception cref="ArgumentException">The options claim the application area.</exception>
    /// <inheritdoc cref="BlockPool.CreateInSet" path="/exception"/>
    public static BlockPool<T> CreateInSet(string setPath, BlockPoolOptions? options = null) =>
        Over(BlockPool.CreateInSet(setPath, T.BlockSize, Describe(options)));

    /// <summary>
    /// Opens a pool of this layout, by its file or by its pool set file; interrupted writes are completed. Nothing is changed
    /// when anything is wrong.
    /// </summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="adoptUntyped">
    /// Accepts a pool without a layout description and writes one into it, if its blocks are large enough.
    /// </param>
    /// <param name="upgrade">What to do with a pool of an older layout. Default: refuse it.</param>
    /// <param name="replicator">Opens the copies that were made with the pool; see <see cref="BlockPool.Open(string, int, IReplicator)"/>.</param>
    /// <exception cref="LayoutMismatchException">The pool has another layout; the message shows the difference field by field.</exception>
    /// <exception cref="NotSupportedException">The descriptions of all layouts have no room in the pool.</exception>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFormatException">No block pool, or its records have no room for this layout.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    public static BlockPool<T> Open(
        string path,
        bool adoptUntyped = false,
        LayoutUpgrade upgrade = LayoutUpgrade.Never,
        IReplicator? replicator = null)
    {
        T.VerifyLayout();
        BlockPool blocks = BlockPool.Open(
            path,
            0,
            pool =>
            {
                LayoutDescription? stored = LayoutDescription.Read(pool.ApplicationArea.Span, path);
                PoolLayout.CheckRoom<T>(
                    path, stored, PoolLayout.Judge<T>(path, stored, pool.BlockSize, adoptUntyped, upgrade));
            },
            replicator);
        return Over(blocks, adoptUntyped, upgrade);
    }

    /// <summary>
    /// Opens a pool of this layout for reading; no byte of the file changes, and others may read it too. Records of an older
    /// layout are upgraded in memory only. See <see cref="BlockPool.OpenReadOnly"/>.
    /// </summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="upgrade">What to do with a pool of an older layout. Default: refuse it.</param>
    /// <exception cref="LayoutMismatchException">The pool has another layout; the message shows the difference field by field.</exception>
    /// <inheritdoc cref="BlockPool.OpenReadOnly" path="/exception"/>
    public static BlockPool<T> OpenReadOnly(string path, LayoutUpgrade upgrade = LayoutUpgrade.Never)
    {
        T.VerifyLayout();
        return Over(BlockPool.OpenReadOnly(path), upgrade: upgrade);
    }

    /// <summary>Reads a record. In a pool of an older layout, which was opened to be upgraded, one of these too.</summary>
    /// <param name="index">Index of the record.</param>
    /// <param name="value">The record, or default unless the result is Ok.</param>
    /// <returns>
    /// Ok; Empty where nothing was written; Zeroed after <see cref="Delete"/>; otherwise what is wrong with the block.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the capacity.</exception>
    /// <exception cref="PmemCorruptionException">The map entry of the block is damaged.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public BlockRecordStatus TryRead(long index, out T value) => _records.TryRead(index, out value);

    /// <summary>
    /// Reads a record, for callers that await. The task has ended when the call returns, because a read of mapped memory
    /// waits for nothing but pages; a record whose <see cref="WriteAsync"/> was awaited is seen.
    /// </summary>
    /// <param name="index">Index of the record.</param>
    /// <param name="cancellationToken">A cancelled call reads nothing.</param>
    /// <returns>The record. The task fails with what the indexer throws.</returns>
    public ValueTask<T> ReadAsync(long index, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return ValueTask.FromResult(this[index]);
        }
        catch (Exception failure) when (failure is PmemException or ObjectDisposedException or ArgumentException)
        {
            return ValueTask.FromException<T>(failure);
        }
    }

    /// <summary>Whether a sound record is there, which means that <see cref="TryRead"/> returns Ok.</summary>
    /// <param name="index">Index of the record.</param>
    /// <inheritdoc cref="TryRead" path="/exception"/>
    public bool Contains(long index) => TryRead(index, out _) == BlockRecordStatus.Ok;

    /// <summary>
    /// Counts the indexes that hold something: records, and what damage has left of them. Looks at the state of every block,
    /// in packed pools at the blocks too, so it takes a time that grows with the capacity; no count is kept, because every
    /// write would have to look at what it replaces. Beside writers the count is of no single moment.
    /// </summary>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public long CountPresent() => _records.CountPresent();

    /// <summary>Waits for operations under way and closes the pool.</summary>
    public void Dispose() => _blocks.Dispose();

    internal void ScanReaches(long index) => _records.ScanReaches(index);

    private static BlockPoolOptions Describe(BlockPoolOptions? options)
    {
        T.VerifyLayout();
        options ??= new BlockPoolOptions();
        return options.ApplicationArea.IsEmpty
            ? options with { ApplicationArea = PoolLayout.Of<T>().ToBytes() }
            : throw new ArgumentException(
                "A typed pool keeps its layout description in the application area; leave it empty.", nameof(options));
    }

    /// <summary>The records in a pool, which belongs to the result or is disposed.</summary>
    private static BlockPool<T> Over(
        BlockPool blocks, bool adoptUntyped = false, LayoutUpgrade upgrade = LayoutUpgrade.Never)
    {
        try
        {
            return new BlockPool<T>(
                blocks, RecordStore<T, PoolBlocks>.Open(new PoolBlocks(blocks), adoptUntyped, upgrade));
        }
        catch
        {
            blocks.Dispose();
            throw;
        }
    }
}
