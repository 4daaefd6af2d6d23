using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// Mapped memory of known granularity. Access goes through a lease or a medium. Threads: safe; disposing while a
/// lease is held keeps the memory until the lease ends. (libpmem2: pmem2_map)
/// </summary>
public sealed partial class PmemMap : IDisposable
{
    private readonly SafeMapHandle _handle;
    private readonly PmemSourceKind _kind;
    private readonly MapFault _fault;
    private volatile bool _isDisposed;

    internal PmemMap(
        SafeMapHandle handle, string path, PmemSourceKind kind, MapProtection protection, MediumDurability durability)
    {
        _handle = handle;
        _kind = kind;
        _fault = new MapFault(path);
        Path = path;
        Protection = protection;
        Durability = durability;
        Granularity = durability.Granularity;
    }

    private PmemMap(PmemMap whole, SafeMapHandle handle)
    {
        _handle = handle;
        _kind = whole._kind;
        _fault = whole._fault;
        Path = whole.Path;
        Protection = whole.Protection;
        Durability = whole.Durability;
        Granularity = whole.Granularity;
        IsPersistentMemory = whole.IsPersistentMemory;
        FlushRegion = whole.FlushRegion;
        Reservation = whole.Reservation;
        Listener = whole.Listener is { } listener ? new ShiftedListener(listener, handle.Address - whole.Address) : null;
    }

    /// <summary>Gets the path of the source, or what stands there for memory without one.</summary>
    public string Path { get; }

    /// <summary>Gets what may be done with the memory.</summary>
    public MapProtection Protection { get; }

    /// <summary>Gets a value indicating whether the map may be stored to.</summary>
    public bool IsWritable => (Protection & MapProtection.Write) != 0;

    /// <summary>Gets what a persist on this map is worth, and why.</summary>
    public MediumDurability Durability { get; }

    /// <summary>Gets what must be done to persist a byte. (pmem2_map_get_store_granularity)</summary>
    public StoreGranularity Granularity { get; }

    /// <summary>
    /// Gets a value indicating whether this is persistent memory: the kernel granted MAP_SYNC, it is a dax device, or the
    /// environment says so. (the result isPmem of pmem_map_file)
    /// </summary>
    public bool IsPersistentMemory { get; internal init; }

    /// <summary>Gets the size in bytes. (pmem2_map_get_size)</summary>
    public long LengthBytes => _handle.Range.LengthBytes;

    /// <summary>Gets the address as a number, for diagnostics; nothing takes it back. (pmem2_map_get_address)</summary>
    public long Address => _handle.Address;

    /// <summary>Gets a value indicating whether a flush failed, so that every later call throws.</summary>
    public bool IsFaulted => _fault.IsSet;

    internal SafeMapHandle Handle => _handle;

    internal bool IsDisposed => _isDisposed;

    /// <summary>Gets or sets the reservation around the map, which must not be collected before it.</summary>
    internal VmReservation? Reservation { get; set; }

    /// <summary>
    /// Gets what empties the buffers of the region that a dax device lies in and throws <see cref="PmemIOException"/> when it
    /// cannot; null where no region is known.
    /// </summary>
    internal Action? FlushRegion { get; init; }

    /// <summary>Gets what hears flushes and drains of this map, or null.</summary>
    internal IPersistListener? Listener { get; init; }

    /// <summary>
    /// Gives a protocol core direct access; the caller keeps this map undisposed for as long as it uses the medium, and
    /// does with it only what <see cref="Protection"/> allows.
    /// </summary>
    public MapMedium DangerousGetMedium() => new(this, _handle.Range);

    /// <summary>
    /// Hints that bytes of the file will be read soon. They are read in the background, and nothing waits for them; memory that
    /// has no file behind it ignores the hint. Threads: safe. (madvise with MADV_WILLNEED)
    /// </summary>
    /// <param name="offset">Any offset.</param>
    /// <param name="lengthBytes">Number of bytes; one call for a few MiB keeps the device busy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the map.</exception>
    public void Preload(long offset, long lengthBytes) => _handle.Preload(offset, lengthBytes);

    /// <summary>Unmaps, after the last lease and the last slice. Nothing is flushed. (pmem2_map_delete, pmem_unmap)</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _handle.Dispose();
    }

    internal void ThrowIfReadOnly() => ThrowUnless(MapProtection.Write, "stored to. Read through ReadAt, or map it writable");

    internal void ThrowIfUnreadable() => ThrowUnless(MapProtection.Read, "read. Map it with Read");

    // A write-back needs an accessible page as a load does; without either, nothing can have been stored.
    internal void ThrowIfInaccessible() =>
        ThrowUnless(MapProtection.Read | MapProtection.Write, "flushed. Map it with Read or Write");

    internal void ThrowIfFaulted() => _fault.ThrowIfSet();

    // A failed sync is never retried and never swallowed: the kernel may have dropped the dirty pages, so a second
    // call could succeed without the bytes being on the medium. The map stays faulted until it is opened again.
    internal void SyncPages(long offset, long lengthBytes)
    {
        ThrowIfFaulted();
        int error = _handle.SyncPages(offset, lengthBytes);
        if (error != Errno.None)
        {
            _fault.Set(new PmemIOException("sync", Path, error, "Open it again to see what is durable."));
        }
    }

    internal void DeepFlush(long offset, long lengthBytes)
    {
        CheckDeep(offset, lengthBytes);
        if (Granularity == StoreGranularity.Page)
        {
            SyncPages(offset, lengthBytes);
        }
        else if (PersistInstructions.Flush != FlushInstruction.None)
        {
            _handle.Range.FlushLines(offset, lengthBytes);
        }
    }

    internal void DeepDrain(long offset, long lengthBytes)
    {
        CheckDeep(offset, lengthBytes);
        if (Granularity == StoreGranularity.Page)
        {
            return;
        }

        PersistInstructions.Fence();
        MappingMetrics.DeepDrain();
        if (_kind != PmemSourceKind.DeviceDax)
        {
            SyncPages(offset, lengthBytes);
            return;
        }

        Action flushRegion = FlushRegion
            ?? throw new NotSupportedException($"'{Path}' is not known to lie in a region, so it cannot be flushed deeply.");
        try
        {
            flushRegion();
        }
        catch (PmemIOException failure)
        {
            _fault.Set(failure);
        }
    }

    internal void DeepPersistWherePossible(long offset, long lengthBytes)
    {
        bool isPossible = _kind != PmemSourceKind.Anonymous && (_kind != PmemSourceKind.DeviceDax || FlushRegion is not null);
        if (isPossible)
        {
            DeepFlush(offset, lengthBytes);
            DeepDrain(offset, lengthBytes);
        }
    }

    private void CheckDeep(long offset, long lengthBytes)
    {
        ThrowIfFaulted();
        _handle.Range.Check(offset, lengthBytes);
        if (_kind == PmemSourceKind.Anonymous)
        {
            throw new NotSupportedException("Anonymous memory has no medium behind it, so it cannot be flushed deeply.");
        }
    }

    private void ThrowUnless(MapProtection anyOf, string what)
    {
        if ((Protection & anyOf) == 0)
        {
            ThrowProtected(what);
        }
    }

    [DoesNotReturn]
    private void ThrowProtected(string what)
    {
        string how = Protection == MapProtection.Read ? "read-only" : $"with {Protection}";
        throw new InvalidOperationException($"'{Path}' is mapped {how}, so it cannot be {what}.");
    }
}
