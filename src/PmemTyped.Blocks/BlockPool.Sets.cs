using PmemTyped.Mapping;

namespace PmemTyped.Blocks;

/// <content>Pools of several files.</content>
public sealed partial class BlockPool
{
    /// <summary>
    /// The signature of block pools in part headers: "PMEMBLK" and NUL. For
    /// <see cref="Sets.PoolSets.PoolSetSync"/> and <see cref="Sets.PoolSets.PoolSetTransform"/>.
    /// </summary>
    public const ulong Signature = BlockPoolCore<MapMedium>.Signature;

    /// <summary>
    /// Makes a pool in the files that a pool set file names, and opens it. Files that do not exist are created; those that do
    /// must have the size that the set file says, and begin with a page of zeros. With replicas, which libpmemblk refuses,
    /// every write reaches all of them: those on other machines once it is known who reaches them, see
    /// <see cref="Sets.PoolSets.PoolSetRemotes"/>. Persisted on return, directory entries included. When anything fails new files are
    /// removed. (pmemblk_create with the path of a set file)
    /// </summary>
    /// <param name="setPath">Path of the pool set file.</param>
    /// <param name="blockSize">Block size in bytes, at least 1.</param>
    /// <param name="options">Mode, sparseness, application area; no replicator, since the set file names its replicas.</param>
    /// <exception cref="ArgumentException">The options have a replicator.</exception>
    /// <exception cref="Sets.PoolSets.PoolSetFileException">The set file cannot be used; line and column say where.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The block size does not fit the size of the pool.</exception>
    /// <exception cref="PmemFormatException">A part is in use, has another size, or the pool is too small.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemIOException">A file cannot be made: the disk is full, permission is missing.</exception>
    /// <exception cref="InvalidOperationException">The set has remote replicas, and nobody reaches them.</exception>
    public static BlockPool CreateInSet(string setPath, int blockSize, BlockPoolOptions? options = null) =>
        BlockPoolSet.Create(setPath, blockSize, options ?? new BlockPoolOptions());
}
