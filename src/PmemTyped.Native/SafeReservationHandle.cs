using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// An inaccessible range of the address space, kept free for maps. It may be longer than its visible part, which later
/// growth uses up. Threads: one at a time; the layer above holds a lock.
/// </summary>
public sealed class SafeReservationHandle : SafeHandle
{
    // From the visible start on: the visible bytes and what was taken beyond them.
    private long _areaBytes;

    private SafeReservationHandle(nint address, long lengthBytes, long areaBytes)
        : base(-1, ownsHandle: true)
    {
        SetHandle(address);
        LengthBytes = lengthBytes;
        _areaBytes = areaBytes;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>Gets the first address as a number.</summary>
    public long Address => handle;

    /// <summary>Gets the visible size.</summary>
    public long LengthBytes { get; private set; }

    private nint End => handle + (nint)LengthBytes;

    /// <summary>Takes address space at an aligned place of the kernel's choice.</summary>
    /// <param name="lengthBytes">Whole pages, not zero.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeReservationHandle? Reserve(long lengthBytes, out int error)
    {
        long alignment = Placeholder.AlignmentFor(lengthBytes);
        long area = Placeholder.RoundUp(lengthBytes, alignment);
        nint place = Placeholder.Take(area, alignment, out error);
        return place == -1 ? null : OfFresh(place, lengthBytes, area);
    }

    /// <summary>Takes address space at a given place; EEXIST where something is.</summary>
    /// <param name="address">A multiple of the page size, not zero.</param>
    /// <param name="lengthBytes">Whole pages, not zero.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeReservationHandle? ReserveAt(long address, long lengthBytes, out int error)
    {
        nint place = Placeholder.TakeAt((nint)address, lengthBytes, out error);
        return place == -1 ? null : OfFresh(place, lengthBytes, lengthBytes);
    }

    /// <summary>Grows at the end; EEXIST where something is behind it.</summary>
    /// <param name="lengthBytes">Whole pages.</param>
    /// <returns>Error number, 0 for success.</returns>
    public int Extend(long lengthBytes)
    {
        if (lengthBytes > long.MaxValue - LengthBytes)
        {
            return Errno.NoMemory;
        }

        long missing = LengthBytes + lengthBytes - _areaBytes;
        if (missing > 0)
        {
            if (Placeholder.TakeAt(handle + (nint)_areaBytes, missing, out int error) == -1)
            {
                return error;
            }

            LiveMaps.DropStale(handle + (nint)_areaBytes, missing);
            _areaBytes += missing;
        }

        LengthBytes += lengthBytes;
        return Errno.None;
    }

    /// <summary>Gives the first bytes back; the address moves up.</summary>
    /// <param name="lengthBytes">Whole pages, less than the visible size, without a map in them.</param>
    /// <returns>Error number, 0 for success.</returns>
    public int CutHead(long lengthBytes)
    {
        int error = Placeholder.Release(handle, lengthBytes);
        if (error == Errno.None)
        {
            SetHandle(handle + (nint)lengthBytes);
            LengthBytes -= lengthBytes;
            _areaBytes -= lengthBytes;
        }

        return error;
    }

    /// <summary>Gives the last bytes back, and all that was taken beyond them.</summary>
    /// <param name="lengthBytes">Whole pages, less than the visible size, without a map in them.</param>
    /// <returns>Error number, 0 for success.</returns>
    public int CutTail(long lengthBytes)
    {
        long kept = LengthBytes - lengthBytes;
        int error = Placeholder.Release(handle + (nint)kept, _areaBytes - kept);
        if (error == Errno.None)
        {
            LengthBytes = kept;
            _areaBytes = kept;
        }

        return error;
    }

    /// <summary>Hands everything from an offset on to a handle of its own.</summary>
    /// <param name="offset">Whole pages, inside, not crossed by a map.</param>
    public SafeReservationHandle Split(long offset)
    {
        var rest = new SafeReservationHandle(handle + (nint)offset, LengthBytes - offset, _areaBytes - offset);
        LengthBytes = offset;
        _areaBytes = offset;
        return rest;
    }

    /// <summary>Whether a map lies in a part, or partly.</summary>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="lengthBytes">Its length.</param>
    public bool IsOccupied(long offset, long lengthBytes) => LiveMaps.IsOccupied(handle + (nint)offset, lengthBytes);

    /// <summary>Whether a map lies on both sides of an offset.</summary>
    /// <param name="offset">Any offset inside.</param>
    public bool IsCrossed(long offset) => LiveMaps.IsCrossed(handle + (nint)offset);

    /// <summary>The offset of the lowest gap of a length, or -1.</summary>
    /// <param name="lengthBytes">Greater than zero.</param>
    public long FindGap(long lengthBytes) => LiveMaps.FindGap(handle, LengthBytes, lengthBytes);

    /// <summary>The published maps that overlap a part, in address order.</summary>
    /// <param name="offset">Where the part begins, inside.</param>
    /// <param name="lengthBytes">Its length; what goes beyond the end is ignored.</param>
    public IReadOnlyList<object> MapsIn(long offset, long lengthBytes) =>
        LiveMaps.In(handle + (nint)offset, Math.Min(lengthBytes, (long)(End - handle) - offset));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LiveMaps.ReleaseArea(handle, _areaBytes);

    // The kernel just gave the area, so a map that is still noted there was unmapped by somebody else.
    private static SafeReservationHandle OfFresh(nint address, long lengthBytes, long areaBytes)
    {
        LiveMaps.DropStale(address, areaBytes);
        return new SafeReservationHandle(address, lengthBytes, areaBytes);
    }
}
