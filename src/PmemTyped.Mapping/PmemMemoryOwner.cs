using System.Buffers;

namespace PmemTyped.Mapping;

/// <summary>
/// A range of a map as <see cref="Memory{T}"/>, for code that awaits or keeps it and so cannot hold a lease. Comes from
/// <see cref="PmemMap.RentMemory"/>. The mapping stays until the owner is disposed and the last pin is gone, even when the
/// map is disposed earlier; an owner that is never disposed keeps it until the process ends.
/// </summary>
/// <remarks>
/// As with every memory owner, a span taken before <see cref="Dispose"/> must not be used after it: the compiler cannot see
/// that, and the process would end. Use a lease wherever one scope is enough. Threads: as safe as memory.
/// </remarks>
public sealed class PmemMemoryOwner : IMemoryOwner<byte>
{
    private readonly PmemMap _map;
    private readonly MapMemoryManager _manager;

    internal PmemMemoryOwner(PmemMap map, long offset, int lengthBytes)
    {
        _manager = new MapMemoryManager(map, offset, lengthBytes);
        _map = map;
        Offset = offset;
        LengthBytes = lengthBytes;
    }

    /// <summary>Gets the byte offset of the range in its map.</summary>
    public long Offset { get; }

    /// <summary>Gets the number of bytes.</summary>
    public int LengthBytes { get; }

    /// <summary>Gets the bytes, writable. What is stored is Stored, until <see cref="Flush"/> or <see cref="Persist"/>.</summary>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="ObjectDisposedException">The owner was disposed; memory taken earlier throws this too.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public Memory<byte> Memory
    {
        get
        {
            _manager.ThrowIfUnusable();
            _map.ThrowIfReadOnly();
            return _manager.Memory;
        }
    }

    /// <summary>Gets the bytes, read-only; works on a read-only map too.</summary>
    /// <exception cref="ObjectDisposedException">The owner was disposed; memory taken earlier throws this too.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public ReadOnlyMemory<byte> ReadOnlyMemory => _manager.Memory;

    /// <summary>
    /// Requests write-back of the whole range. Flushed on return; on page granularity Persisted. (pmem_flush; msync on page
    /// granularity)
    /// </summary>
    /// <exception cref="ObjectDisposedException">The owner was disposed.</exception>
    /// <exception cref="PmemFaultedException">The flush failed, or an earlier one did.</exception>
    public void Flush()
    {
        _manager.ThrowIfUnusable();
        using scoped var lease = new PmemMapLease(_map);
        lease.Flush(Offset, LengthBytes);
    }

    /// <summary>Flushes the whole range, then drains. Persisted on return. (pmem_persist)</summary>
    /// <exception cref="ObjectDisposedException">The owner was disposed.</exception>
    /// <exception cref="PmemFaultedException">The flush failed, or an earlier one did.</exception>
    public void Persist()
    {
        _manager.ThrowIfUnusable();
        using scoped var lease = new PmemMapLease(_map);
        lease.Persist(Offset, LengthBytes);
    }

    /// <summary>Gives the mapping back; a second call does nothing. Nothing is flushed.</summary>
    public void Dispose() => ((IDisposable)_manager).Dispose();
}
