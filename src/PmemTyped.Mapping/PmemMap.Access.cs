using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <content>The ways to the memory of a map: lease, slice, stream, scopes, rented memory.</content>
public sealed partial class PmemMap
{
    /// <summary>
    /// A map of a part of this one. It shares memory and fault; whichever is disposed last gives the memory back.
    /// </summary>
    /// <param name="offsetBytes">Where the part begins, a multiple of 64 so that aligned objects stay aligned.</param>
    /// <param name="lengthBytes">Its length, greater than zero.</param>
    /// <exception cref="ArgumentException">The offset is not aligned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or does not lie inside.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public PmemMap Slice(long offsetBytes, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        _handle.Range.Check(offsetBytes, lengthBytes);
        if (offsetBytes % PersistInstructions.LineBytes != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A slice cannot begin at 0x{offsetBytes:X}, which is not a multiple of {PersistInstructions.LineBytes}."),
                nameof(offsetBytes));
        }

        return new PmemMap(this, _handle.Slice(offsetBytes, lengthBytes));
    }

    /// <summary>Gives access to the memory for one scope: <c>using scoped PmemMapLease lease = map.Lease();</c>.</summary>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public PmemMapLease Lease()
    {
        ThrowIfFaulted();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new PmemMapLease(this);
    }

    /// <summary>The whole map as a stream, at position 0. (pynvm's MemoryBuffer)</summary>
    /// <param name="leaveMapOpen">Whether disposing the stream leaves this map undisposed.</param>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public PmemStream OpenStream(bool leaveMapOpen = false) => OpenStream(0, LengthBytes, leaveMapOpen);

    /// <summary>A range of the map as a stream, at position 0 of the range.</summary>
    /// <param name="offset">Byte offset of its start.</param>
    /// <param name="lengthBytes">Number of bytes, the fixed length of the stream.</param>
    /// <param name="leaveMapOpen">Whether disposing the stream leaves this map undisposed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the map.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    /// <exception cref="InvalidOperationException">The map was made without Read.</exception>
    public PmemStream OpenStream(long offset, long lengthBytes, bool leaveMapOpen = false)
    {
        ThrowIfUnreadable();
        CheckUsable(offset, lengthBytes);
        return new PmemStream(this, offset, lengthBytes, leaveMapOpen);
    }

    /// <summary>
    /// Opens a range for writing and flushes it when the scope ends: <c>using scoped FlushScope scope =
    /// map.BeginFlush(0, 4096);</c>. (pynvm's FlushContext)
    /// </summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="unmap">Whether the end of the scope disposes the map too.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the map.</exception>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public FlushScope BeginFlush(long offset, long lengthBytes, bool unmap = false)
    {
        ThrowIfReadOnly();
        CheckUsable(offset, lengthBytes);
        return new FlushScope(this, offset, lengthBytes, unmap);
    }

    /// <summary>Drains when the scope ends; see <see cref="DrainScope"/>. (pynvm's DrainContext)</summary>
    /// <param name="unmap">Whether the end of the scope disposes the map too.</param>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public DrainScope BeginDrain(bool unmap = false)
    {
        ThrowIfFaulted();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new DrainScope(this, unmap);
    }

    /// <summary>A range as memory that keeps the mapping until it is disposed.</summary>
    /// <param name="offset">Byte offset.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie inside the map.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    /// <exception cref="InvalidOperationException">The map was made without Read.</exception>
    public PmemMemoryOwner RentMemory(long offset, int lengthBytes)
    {
        ThrowIfUnreadable();
        CheckUsable(offset, lengthBytes);
        return new PmemMemoryOwner(this, offset, lengthBytes);
    }

    // Ends with Handle.DangerousRelease.
    internal void AddReference()
    {
        bool added = false;
        _handle.DangerousAddRef(ref added);
    }

    private void CheckUsable(long offset, long lengthBytes)
    {
        ThrowIfFaulted();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _handle.Range.Check(offset, lengthBytes);
    }
}
