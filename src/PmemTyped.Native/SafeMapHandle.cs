using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// One map, a part of one, or memory of another owner. Keeps the address range; releasing it gives the place back to the
/// kernel, to its reservation, to the whole, or to the owner.
/// </summary>
public sealed partial class SafeMapHandle : SafeHandle
{
    private readonly long _lengthBytes;
    private readonly LiveMap? _entry;
    private readonly SafeMapHandle? _whole;
    private readonly SafeBuffer? _memory;
    private SafeMapHandle[]? _pieces;

    private SafeMapHandle(
        nint address, long lengthBytes, LiveMap? entry, SafeMapHandle? whole = null, SafeBuffer? memory = null)
        : base(-1, ownsHandle: true)
    {
        SetHandle(address);
        _lengthBytes = lengthBytes;
        _entry = entry;
        _whole = whole;
        _memory = memory;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>Gets the mapped bytes. Valid while this handle is not released; the caller holds it for that long.</summary>
    public unsafe NativeRange Range => new((byte*)handle, _lengthBytes);

    /// <summary>Gets the address as a number, for messages and comparisons; it stays the same when the map is gone.</summary>
    public long Address => handle;

    /// <summary>
    /// Maps at a place of its own: aligned to 2 MiB, to 1 GiB from 2 GiB on, and over a held placeholder, so that no
    /// other thread can take the place in between (mapping specification, section 12.3).
    /// </summary>
    /// <param name="request">What and how.</param>
    /// <param name="syncError">0 when MAP_SYNC was granted, otherwise why not; EOPNOTSUPP when it was not asked for.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeMapHandle? Map(in MapRequest request, out int syncError, out int error)
    {
        if (!TryFindFlags(request, out int flags, out syncError, out error))
        {
            return null;
        }

        long alignment = Math.Max(request.AlignmentBytes, Placeholder.AlignmentFor(request.LengthBytes));
        long reserved = Placeholder.RoundToPages(request.LengthBytes);
        nint place = request.Hint is { } hint
            ? Placeholder.TakeFrom(hint, reserved, alignment, out error)
            : Placeholder.Take(reserved, alignment, out error);
        if (place == -1)
        {
            return null;
        }

        if (MapOnce(request, place, flags | Interop.MapFixed, out error) == -1)
        {
            _ = Placeholder.Release(place, reserved);
            return null;
        }

        Advise(request, place);
        var entry = new LiveMap(place, request.LengthBytes, reserved, isInReservation: false);
        LiveMaps.Add(entry);
        return new SafeMapHandle(place, request.LengthBytes, entry);
    }

    /// <summary>Maps over a part of a reservation; EEXIST where a map is already.</summary>
    /// <param name="reservation">Holds the place; the caller keeps it, and keeps others from changing it meanwhile.</param>
    /// <param name="reservationOffset">Where in it, a multiple of the page size; the map fits behind it.</param>
    /// <param name="request">What and how.</param>
    /// <param name="syncError">0 when MAP_SYNC was granted, otherwise why not; EOPNOTSUPP when it was not asked for.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeMapHandle? MapInside(
        SafeReservationHandle reservation,
        long reservationOffset,
        in MapRequest request,
        out int syncError,
        out int error)
    {
        nint place = (nint)(reservation.Address + reservationOffset);
        long reserved = Placeholder.RoundToPages(request.LengthBytes);
        var entry = new LiveMap(place, request.LengthBytes, reserved, isInReservation: true);
        if (!LiveMaps.TryAdd(entry))
        {
            (syncError, error) = (Errno.NotSupported, Errno.Exists);
            return null;
        }

        if (TryFindFlags(request, out int flags, out syncError, out error))
        {
            if (MapOnce(request, place, flags | Interop.MapFixed, out error) != -1)
            {
                Advise(request, place);
                return new SafeMapHandle(place, request.LengthBytes, entry);
            }

            Placeholder.RestoreIfEmpty(place, reserved);
        }

        LiveMaps.Remove(entry);
        return null;
    }

    /// <summary>Takes part in memory of another owner, which stays until this handle is released and longer.</summary>
    /// <param name="memory">The owner.</param>
    /// <returns>Null when the memory overlaps a live map.</returns>
    public static unsafe SafeMapHandle? OfExisting(SafeBuffer memory)
    {
        // SAFETY: the owner counts this use until ReleasePointer, so the bytes stay for as long as this handle.
        byte* start = null;
        memory.AcquirePointer(ref start);
        long lengthBytes = (long)memory.ByteLength;
        var entry = new LiveMap((nint)start, lengthBytes, lengthBytes, isInReservation: false);
        if (LiveMaps.TryAdd(entry))
        {
            return new SafeMapHandle((nint)start, lengthBytes, entry, memory: memory);
        }

        memory.ReleasePointer();
        return null;
    }

    /// <summary>A handle of a part; the memory goes when the whole and all its parts are released, in any order.</summary>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <exception cref="ObjectDisposedException">The whole was disposed.</exception>
    public SafeMapHandle Slice(long offset, long lengthBytes)
    {
        Range.Check(offset, lengthBytes);
        bool added = false;
        DangerousAddRef(ref added);
        return new SafeMapHandle(handle + (nint)offset, lengthBytes, entry: null, whole: this);
    }

    /// <summary>Makes the map findable by address.</summary>
    /// <param name="map">The object that stands for it; referred to weakly.</param>
    /// <param name="isPersistent">Whether it is persistent memory.</param>
    public void Publish(object map, bool isPersistent) => LiveMaps.Publish(_entry!, map, isPersistent);

    /// <summary>Makes the pages that a range touches durable: msync(2) with MS_SYNC, start rounded down to its page.</summary>
    /// <param name="offset">Byte offset in the map.</param>
    /// <param name="lengthBytes">Bytes; 0 does nothing.</param>
    /// <returns>Error number, 0 for success.</returns>
    public int SyncPages(long offset, long lengthBytes)
    {
        Range.Check(offset, lengthBytes);
        if (lengthBytes == 0)
        {
            return Errno.None;
        }

        nint first = handle + (nint)offset;
        nint page = first & -Environment.SystemPageSize;
        int error;
        do
        {
            int returned = Interop.Msync(page, (nuint)(lengthBytes + first - page), Interop.MsyncSynchronous);
            error = returned == 0 ? Errno.None : Marshal.GetLastPInvokeError();
        }
        while (error == Errno.Interrupted);
        return error;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_pieces is not null)
        {
            return ReleasePieces();
        }

        if (_whole is not null)
        {
            _whole.DangerousRelease();
            return true;
        }

        if (_memory is not null)
        {
            LiveMaps.Remove(_entry!);
            _memory.ReleasePointer();
            return true;
        }

        return LiveMaps.Release(_entry!);
    }

    // Success of MAP_SYNC is the only proof that a cache-line flush is enough (mapping specification, section 4.1). It is
    // tried at a place of the kernel's choice, because a kernel before Linux 6.12 empties a fixed place before it refuses,
    // and the second attempt could then replace what another thread has mapped there.
    private static bool TryFindFlags(in MapRequest request, out int flags, out int syncError, out int error)
    {
        syncError = Errno.NotSupported;
        error = Errno.None;
        if (request.Descriptor is null)
        {
            flags = Interop.MapAnonymous | (request.IsPrivate ? Interop.MapPrivate : Interop.MapShared);
            return true;
        }

        if (!request.IsPrivate)
        {
            flags = Interop.MapSharedValidate | Interop.MapSync;
            if (Accepts(request, flags, out syncError))
            {
                return true;
            }

            if (syncError is not (Errno.Invalid or Errno.NotSupported))
            {
                error = syncError;
                return false;
            }
        }

        // Without a reservation, because few pages of a private map are ever stored to, and a file may be larger than memory.
        flags = request.IsPrivate ? Interop.MapPrivate | Interop.MapNoReserve : Interop.MapShared;
        return Accepts(request, flags, out error);
    }

    private static bool Accepts(in MapRequest request, int flags, out int error)
    {
        nint probe = MapOnce(request, 0, flags, out error);
        return probe != -1 && Interop.Munmap(probe, (nuint)request.LengthBytes) == 0;
    }

    private static nint MapOnce(in MapRequest request, nint place, int flags, out int error)
    {
        bool added = false;
        try
        {
            request.Descriptor?.DangerousAddRef(ref added);
            nint address = Interop.Mmap(
                place,
                (nuint)request.LengthBytes,
                request.Protection,
                flags,
                added ? (int)request.Descriptor!.DangerousGetHandle() : -1,
                added ? request.OffsetBytes : 0);
            error = address == -1 ? Marshal.GetLastPInvokeError() : Errno.None;
            return address;
        }
        finally
        {
            if (added)
            {
                request.Descriptor!.DangerousRelease();
            }
        }
    }
}
