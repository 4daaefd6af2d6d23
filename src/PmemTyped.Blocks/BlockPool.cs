using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Blocks;

/// <summary>
/// A file of fixed-size blocks, each of which is written atomically with respect to crashes and to concurrent readers.
/// The bytes are those of libpmemblk, section for section of the block pool format.
/// Threads: every instance member is safe for any number of threads.
/// </summary>
public sealed partial class BlockPool : IDisposable
{
    /// <summary>The smallest pool file, in bytes. (PMEMBLK_MIN_POOL)</summary>
    public const long MinPoolBytes = BttGeometry.MinPoolBytes;

    /// <summary>Bytes of the application area.</summary>
    public const int ApplicationAreaBytes = BlockDescriptorLayout.ApplicationAreaBytes;

    private readonly BlockPoolCore<MapMedium> _core;
    private readonly PmemMap _map;
    private readonly WriteQueue<MapMedium> _queue;
    private readonly PoolSetMap? _set;
    private readonly ReplicatedMap? _replicated;

    internal BlockPool(
        BlockPoolCore<MapMedium> core, PmemMap map, PoolSetMap? set = null, ReplicatedMap? replicated = null)
    {
        _core = core;
        _map = map;
        _queue = new WriteQueue<MapMedium>(core.Table, BeginBatch);
        _set = set;
        _replicated = replicated;
    }

    /// <summary>Gets the path of the pool file.</summary>
    public string Path => _core.Path;

    /// <summary>Gets the block size in bytes. (pmemblk_bsize)</summary>
    public int BlockSize => _core.Table.BlockBytes;

    /// <summary>Gets the number of blocks. (pmemblk_nblock)</summary>
    public long BlockCount => _core.Table.Blocks;

    /// <summary>Gets a value indicating whether anything was ever written; a pool gets its layout with the first write.</summary>
    public bool IsLaidOut => _core.Table.IsLaidOut;

    /// <summary>
    /// Gets a value indicating whether writes are refused: the pool was opened read-only, or has a feature that this
    /// version does not know.
    /// </summary>
    public bool IsReadOnly => _core.IsReadOnly;

    /// <summary>Gets what "persisted" means for this file.</summary>
    public MediumDurability Durability => _map.Durability;

    // That of a set becomes another one when the pool grows.
    private PmemMap Map => _set?.Map ?? _map;

    /// <summary>The smallest pool that has at least so many blocks.</summary>
    /// <param name="blockSize">Block size in bytes, at least 1.</param>
    /// <param name="blockCount">Number of blocks, at least 1.</param>
    /// <returns>Pool size in bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or no pool is that large.</exception>
    public static long PoolBytesFor(int blockSize, long blockCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockCount);
        return BttGeometry.PoolBytesFor(blockSize, blockCount);
    }

    /// <summary>
    /// Makes a new pool file and opens it. Persisted on return, directory entry included. When anything fails the new
    /// file is removed. (pmemblk_create)
    /// </summary>
    /// <param name="path">Path of the file; it must not exist.</param>
    /// <param name="blockSize">Block size in bytes, at least 1.</param>
    /// <param name="poolBytes">File size in bytes, at least <see cref="MinPoolBytes"/>; rounded down to pages inside.</param>
    /// <param name="options">Mode, sparseness, application area.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is too small, or an arena would have too few blocks.</exception>
    /// <exception cref="PmemIOException">The file exists, the disk is full, permission is missing.</exception>
    public static BlockPool Create(string path, int blockSize, long poolBytes, BlockPoolOptions? options = null)
    {
        options ??= new BlockPoolOptions();
        BlockPoolFile.CheckSizes(blockSize, poolBytes);
        BlockPoolFile.CheckApplicationArea(options.ApplicationArea.Span);
        using PmemSource source = PmemSource.Create(path, poolBytes, UnixFileMode.None, options.IsSparse);
        BlockPool? pool = null;
        try
        {
            pool = BlockPoolFile.Create(source, blockSize, isZeroed: true, options.ApplicationArea, options.Replicator);
            source.SetMode(options.Mode);
            source.SyncMetadata();
            return pool;
        }
        catch
        {
            source.Unlink();
            pool?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes a pool in an existing file of which the first 4,096 bytes are zero, and opens it. The rest of the file may
    /// hold anything; size and mode are kept, holes are allocated. Persisted on return. (pmemblk_create with pool size 0)
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="blockSize">Block size in bytes, at least 1.</param>
    /// <param name="applicationArea">First bytes of the application area; see <see cref="BlockPoolOptions.ApplicationArea"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file is too small for the block size.</exception>
    /// <exception cref="PmemFormatException">The file begins with something else than zeros.</exception>
    /// <exception cref="PmemInUseException">The file is locked.</exception>
    /// <exception cref="PmemIOException">The file is missing or may not be written, or the disk is full.</exception>
    public static BlockPool CreateInFile(string path, int blockSize, ReadOnlyMemory<byte> applicationArea = default)
    {
        BlockPoolFile.CheckApplicationArea(applicationArea.Span);
        using PmemSource source = PmemSource.Open(path);
        BlockPoolFile.CheckSizes(blockSize, source.GetLengthBytes());
        return BlockPoolFile.Create(source, blockSize, isZeroed: false, applicationArea);
    }

    /// <summary>
    /// Opens a pool, by its file or by its pool set file, and completes the writes that a crash interrupted. When anything is wrong with the file, nothing in
    /// it is changed. A file with holes, such as a sparse copy, takes disk space as it is written; when the disk is full
    /// then, the kernel ends the process. (pmemblk_open)
    /// </summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="blockSize">Required block size in bytes, 0 for any.</param>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFormatException">No block pool, another block size, an unknown feature.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    public static BlockPool Open(string path, int blockSize = 0) => BlockPoolFile.Open(path, blockSize, accept: null);

    /// <summary>
    /// As <see cref="Open(string, int)"/>, with copies elsewhere that were made with the pool: what a call has Persisted is
    /// Replicated too when it returns, in one round trip for each write. What copies throw leaves the pool sound: the block is
    /// written here.
    /// </summary>
    /// <param name="path">Path of the pool file; a set file names its replicas itself.</param>
    /// <param name="blockSize">Required block size in bytes, 0 for any.</param>
    /// <param name="replicator">Opens the copies; one that is of another pool or differs is refused.</param>
    /// <exception cref="ArgumentException">The path is that of a set file.</exception>
    public static BlockPool Open(string path, int blockSize, IReplicator replicator)
    {
        ArgumentNullException.ThrowIfNull(replicator);
        return BlockPoolFile.Open(path, blockSize, accept: null, replicator: replicator);
    }

    /// <summary>
    /// As <see cref="Open(string, int)"/>, but lets the caller look first: at the locked, sound pool, before a byte of it
    /// changes.
    /// </summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="blockSize">Required block size in bytes, 0 for any.</param>
    /// <param name="accept">Receives the facts of the pool; throws to refuse it.</param>
    /// <param name="replicator">Opens the copies of the pool; null, the default, for one without.</param>
    public static BlockPool Open(
        string path, int blockSize, Action<BlockPoolDescription> accept, IReplicator? replicator = null)
    {
        ArgumentNullException.ThrowIfNull(accept);
        return BlockPoolFile.Open(path, blockSize, accept, replicator: replicator);
    }

    /// <summary>
    /// Opens a pool for reading. No byte of the file changes: writes that a crash interrupted are completed on private
    /// pages of this process. Read permission is enough. Takes a shared lock, so others may open the pool read-only too
    /// while nobody has it open for writing; every write is refused. (pmemblk_open with copy_on_write.at_open)
    /// </summary>
    /// <param name="path">Path of the pool file.</param>
    /// <param name="blockSize">Required block size in bytes, 0 for any.</param>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open for writing elsewhere.</exception>
    /// <exception cref="PmemFormatException">No block pool, another block size, an unknown feature.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    public static BlockPool OpenReadOnly(string path, int blockSize = 0) => BlockPoolFile.OpenReadOnly(path, blockSize);

    /// <summary>Reads the first bytes of a block: the old or the new content of a concurrent write, never a mixture. (pmemblk_read)</summary>
    /// <param name="block">Block number.</param>
    /// <param name="destination">Receives its length in bytes, at most the block size; zeros unless the state is Normal.</param>
    /// <returns>The state of the block.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    /// <exception cref="ArgumentException">The destination is longer than a block.</exception>
    /// <exception cref="PmemCorruptionException">The map entry of the block is damaged.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public BlockState TryRead(long block, Span<byte> destination)
    {
        if (destination.Length > BlockSize)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A destination of {destination.Length} bytes is longer than a block of {BlockSize}."),
                nameof(destination));
        }

        return _core.Table.Read(block, destination);
    }

    /// <summary>As <see cref="TryRead"/>, but a block marked bad is an exception.</summary>
    /// <param name="block">Block number.</param>
    /// <param name="destination">Receives its length in bytes, at most the block size.</param>
    /// <exception cref="BadBlockException">The block is marked bad.</exception>
    public void Read(long block, Span<byte> destination)
    {
        if (TryRead(block, destination) == BlockState.Error)
        {
            throw new BadBlockException(Path, block);
        }
    }

    /// <summary>
    /// Reads a block where it lies, without a copy: worth it for large blocks of which little is looked at. The content is
    /// the old or the new one of a concurrent write and does not change while the lease is held. A thread that holds a
    /// lease can read the pool, and is refused everything that waits for others: writing, checking, closing.
    /// </summary>
    /// <param name="block">Block number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    /// <exception cref="InvalidOperationException">256 blocks are leased already.</exception>
    /// <exception cref="PmemCorruptionException">The map entry of the block is damaged.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public BlockLease Lease(long block) => _core.Table.Lease(block);

    /// <summary>
    /// Hints that blocks will be read in order, so that an ordinary file delivers them at the speed of the device: without it
    /// each page is fetched when it is touched. Call it for the next MiB or so while one is being read. Nothing waits for it.
    /// </summary>
    /// <param name="firstBlock">Block number.</param>
    /// <param name="count">Number of blocks; those behind the last block are ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public void Preload(long firstBlock, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBlock);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _core.Table.Preload(firstBlock, Math.Min(count, BlockCount));
    }

    /// <summary>Gets the state of a block without its content.</summary>
    /// <param name="block">Block number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not exist.</exception>
    public BlockState GetState(long block) => _core.Table.GetState(block);

    /// <summary>Checks the open pool, while no operation is under way. Changes no byte.</summary>
    public BlockPoolReport Check() =>
        _core.Table.WhileQuiet(() => BlockPoolChecker<MapMedium>.Check(
            Map.DangerousGetMedium(), Path, _core.Identity, isSet: _set is not null));

    /// <summary>
    /// Waits for operations under way and for leases of other threads, marks the pool as cleanly closed and unmaps it.
    /// (pmemblk_close)
    /// </summary>
    /// <exception cref="InvalidOperationException">The calling thread holds a lease.</exception>
    public void Dispose() => _core.Close(EndReplication, Release);

    // That of a set without replicas elsewhere, and of a file without any, does nothing.
    /// <summary>Hints that a block will be read or written at once. Nothing waits, nothing changes.</summary>
    /// <param name="block">Block number; one that does not exist is ignored.</param>
    public void Prefetch(long block) => _core.Table.Prefetch(block);

    private PersistBatch BeginBatch() =>
        _set is not null ? _set.BeginBatch() : _replicated is not null ? _replicated.BeginBatch() : default;

    private void EndReplication()
    {
        _set?.EndReplication();
        _replicated?.EndReplication();
    }

    private void Release()
    {
        _set?.Dispose();
        _replicated?.Dispose();
        _map.Dispose();
    }
}
