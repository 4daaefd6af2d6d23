using System.Diagnostics.CodeAnalysis;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// A mapped file of known granularity. Access goes through a lease or a medium. Threads: safe; disposing while a
/// lease is held keeps the memory until the lease ends. (libpmem2: pmem2_map)
/// </summary>
public sealed class PmemMap : IDisposable
{
    private readonly SafeMapHandle _handle;
    private PmemIOException? _fault;

    private PmemMap(SafeMapHandle handle, string path, bool isWritable, MediumDurability durability)
    {
        _handle = handle;
        Path = path;
        IsWritable = isWritable;
        Durability = durability;
        Granularity = durability.Granularity;
    }

    /// <summary>Gets the path of the source.</summary>
    public string Path { get; }

    /// <summary>Gets a value indicating whether the map may be stored to.</summary>
    public bool IsWritable { get; }

    /// <summary>Gets what a persist on this map is worth, and why.</summary>
    public MediumDurability Durability { get; }

    /// <summary>Gets what must be done to persist a byte. (pmem2_map_get_store_granularity)</summary>
    public StoreGranularity Granularity { get; }

    /// <summary>Gets the size in bytes. (pmem2_map_get_size)</summary>
    public long LengthBytes => _handle.Range.LengthBytes;

    /// <summary>Gets a value indicating whether a flush failed, so that every later call throws.</summary>
    public bool IsFaulted => Volatile.Read(ref _fault) is not null;

    internal SafeMapHandle Handle => _handle;

    /// <summary>Maps a source. (pmem2_map_new)</summary>
    /// <param name="source">The open file.</param>
    /// <param name="config">How; null for the whole file, writable and shared.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length exceeds the file, or the file is empty.</exception>
    /// <exception cref="PmemIOException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">The medium is coarser than required.</exception>
    public static PmemMap Map(PmemSource source, PmemMapConfig? config = null)
    {
        config ??= new PmemMapConfig();
        long fileBytes = source.GetLengthBytes();
        long lengthBytes = config.LengthBytes == 0 ? fileBytes : config.LengthBytes;
        if (lengthBytes <= 0 || lengthBytes > fileBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(config),
                FormattableString.Invariant(
                    $"Cannot map {lengthBytes} bytes of '{source.Path}', which has {fileBytes}."));
        }

        SafeMapHandle handle = SafeMapHandle.Map(
            source.Descriptor,
            lengthBytes,
            config.IsWritable,
            config.IsPrivate,
            out bool mapSyncGranted,
            out int error)
            ?? throw new PmemIOException("map", source.Path, error, "Check permissions and address space limits.");
        MediumDurability durability = config.IsPrivate
            ? MapGranularity.OfPrivateMap(source.FileSystemName())
            : MapGranularity.Decide(
                mapSyncGranted,
                source.FileSystemName(),
                source.Platform.ForcesPersistentMemory);
        if (durability.Granularity > config.RequiredGranularity)
        {
            handle.Dispose();
            throw new NotSupportedException(
                $"'{source.Path}' offers {durability.Granularity} granularity, but "
                + $"{config.RequiredGranularity} was required: {durability.Reason}. Accept the coarser one or move the file.");
        }

        return new PmemMap(handle, source.Path, config.IsWritable, durability);
    }

    /// <summary>Gives access to the memory for one scope: <c>using scoped PmemMapLease lease = map.Lease();</c>.</summary>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public PmemMapLease Lease()
    {
        ThrowIfFaulted();
        return new PmemMapLease(this);
    }

    /// <summary>
    /// Gives a protocol core direct access; the caller keeps this map undisposed for as long as it uses the medium, and
    /// stores through it only if the map is writable.
    /// </summary>
    public MapMedium DangerousGetMedium() => new(this, _handle.Range);

    /// <summary>Unmaps, after the last lease. Nothing is flushed.</summary>
    public void Dispose() => _handle.Dispose();

    internal void ThrowIfReadOnly()
    {
        if (!IsWritable)
        {
            throw new InvalidOperationException(
                $"'{Path}' is mapped read-only, so it cannot be stored to. Read through ReadAt, or map it writable.");
        }
    }

    internal void ThrowIfFaulted()
    {
        if (_fault is not null)
        {
            ThrowFaulted();
        }
    }

    // A failed sync is never retried and never swallowed: the kernel may have dropped the dirty pages, so a second
    // call could succeed without the bytes being on the medium. The map stays faulted until it is opened again.
    internal void SyncPages(long offset, long lengthBytes)
    {
        ThrowIfFaulted();
        int error = _handle.SyncPages(offset, lengthBytes);
        if (error != Errno.None)
        {
            var failure = new PmemIOException("sync", Path, error, "Open it again to see what is durable.");
            _ = Interlocked.CompareExchange(ref _fault, failure, null);
            ThrowFaulted();
        }
    }

    [DoesNotReturn]
    private void ThrowFaulted() => throw new PmemFaultedException(Path, _fault);
}
