namespace PmemTyped.Mapping;

/// <content>Where there is room.</content>
public sealed partial class VmReservation
{
    /// <summary>
    /// The lowest offset at which so many bytes are free. A disposed map whose leases have not ended is not free. Another
    /// thread may take the place before it is used.
    /// </summary>
    /// <param name="lengthBytes">Number of bytes, greater than zero; whole pages are looked for.</param>
    /// <returns>An offset that is a multiple of the page size, or null.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is not greater than zero.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public long? FindGap(long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            long offset = _handle.FindGap(lengthBytes);
            return offset < 0 ? null : offset;
        }
    }

    /// <summary>Whether no map lies in a part, nor a disposed one whose leases have not ended.</summary>
    /// <param name="offsetBytes">Where the part begins.</param>
    /// <param name="lengthBytes">Its length, greater than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or does not lie inside.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public bool IsFree(long offsetBytes, long lengthBytes)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            CheckPart(offsetBytes, lengthBytes);
            return !_handle.IsOccupied(offsetBytes, lengthBytes);
        }
    }
}
