using System.Buffers;

namespace PmemTyped.Mapping;

/// <summary>
/// A range of a map as <see cref="Memory{T}"/>. Holds the mapping until it is disposed and its last pin is gone. It has no
/// finalizer: a span made from it does not keep it alive, so a finalizer could unmap under that span; one that is never
/// disposed keeps its mapping until the process ends.
/// </summary>
internal sealed class MapMemoryManager : MemoryManager<byte>
{
    private readonly PmemMap _map;
    private readonly long _offset;
    private readonly int _lengthBytes;
    private int _pins;
    private bool _isDisposed;

    internal MapMemoryManager(PmemMap map, long offset, int lengthBytes)
    {
        map.AddReference();
        _map = map;
        _offset = offset;
        _lengthBytes = lengthBytes;
    }

    public override Memory<byte> Memory
    {
        get
        {
            ThrowIfUnusable();
            return CreateMemory(_lengthBytes);
        }
    }

    public override Span<byte> GetSpan()
    {
        ThrowIfUnusable();
        return _map.Handle.Range.DangerousWritableWindow(_offset, _lengthBytes);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ThrowIfUnusable();
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_lengthBytes, nameof(elementIndex));
        _map.AddReference();
        _ = Interlocked.Increment(ref _pins);
        return _map.Handle.Range.DangerousPin(_offset + elementIndex, _lengthBytes - elementIndex, this);
    }

    // Copies of one handle may unpin twice; the second must not release the mapping under the feet of others.
    public override void Unpin()
    {
        if (Interlocked.Decrement(ref _pins) >= 0)
        {
            _map.Handle.DangerousRelease();
        }
        else
        {
            _ = Interlocked.Increment(ref _pins);
        }
    }

    internal void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), typeof(PmemMemoryOwner));
        _map.ThrowIfFaulted();
    }

    protected override void Dispose(bool disposing)
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            _map.Handle.DangerousRelease();
        }
    }
}
