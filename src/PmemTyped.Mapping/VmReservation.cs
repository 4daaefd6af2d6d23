using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// Address space that is kept free, so that maps can lie next to each other in it
/// (<see cref="PmemMapConfig.Reservation"/>). What no map covers is inaccessible. A map that leaves gives its place back.
/// Threads: safe; one lock per reservation. (libpmem2: pmem2_vm_reservation; mapping specification, section 13)
/// </summary>
public sealed partial class VmReservation : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SafeReservationHandle _handle;
    private bool _isDisposed;

    private VmReservation(SafeReservationHandle handle) => _handle = handle;

    /// <summary>Gets the first address as a number; nothing but <see cref="Create"/> takes it.</summary>
    public long Address
    {
        get
        {
            lock (_lock)
            {
                return _handle.Address;
            }
        }
    }

    /// <summary>Gets the size in bytes.</summary>
    public long LengthBytes
    {
        get
        {
            lock (_lock)
            {
                return _handle.LengthBytes;
            }
        }
    }

    /// <summary>Reserves address space; no memory is used. (pmem2_vm_reservation_new)</summary>
    /// <param name="lengthBytes">Its size, a multiple of the page size, not 0.</param>
    /// <param name="address">
    /// Where, a multiple of the page size; null for a multiple of 2 MiB (of 1 GiB from 2 GiB on) that the kernel chooses.
    /// </param>
    /// <exception cref="ArgumentException">Size or address is not a multiple of the page size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Size or address is 0 or negative.</exception>
    /// <exception cref="InvalidOperationException">Something is at that address.</exception>
    /// <exception cref="PmemIOException">The kernel refused: no address space.</exception>
    public static VmReservation Create(long lengthBytes, long? address = null)
    {
        if (address is { } wanted)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wanted, nameof(address));
            RequirePages(wanted, nameof(address));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        RequirePages(lengthBytes, nameof(lengthBytes));
        int error;
        SafeReservationHandle? handle = address is { } at
            ? SafeReservationHandle.ReserveAt(at, lengthBytes, out error)
            : SafeReservationHandle.Reserve(lengthBytes, out error);
        if (handle is null)
        {
            throw Refused("reserve", FormattableString.Invariant($"{lengthBytes} bytes of address space"), error);
        }

        return new VmReservation(handle);
    }

    /// <summary>Grows at the end. (pmem2_vm_reservation_extend)</summary>
    /// <param name="lengthBytes">By how much, a multiple of the page size; 0 does nothing.</param>
    /// <exception cref="ArgumentException">It is not a multiple of the page size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    /// <exception cref="InvalidOperationException">Something is right behind the end.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="PmemIOException">The kernel refused: no address space.</exception>
    public void Extend(long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        RequirePages(lengthBytes, nameof(lengthBytes));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            int error = _handle.Extend(lengthBytes);
            if (error != Errno.None)
            {
                throw Refused("extend", Name, error);
            }
        }
    }

    /// <summary>Gives the head or the tail back; after the head the address moves up. (pmem2_vm_reservation_shrink)</summary>
    /// <param name="offsetBytes">0 for the head, or where the tail begins; a multiple of the page size.</param>
    /// <param name="lengthBytes">How much, a multiple of the page size, not 0.</param>
    /// <exception cref="ArgumentException">Offset or length is not a multiple of the page size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or does not lie inside.</exception>
    /// <exception cref="NotSupportedException">It is the middle or the whole.</exception>
    /// <exception cref="InvalidOperationException">A map lies in it.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Shrink(long offsetBytes, long lengthBytes)
    {
        RequirePages(offsetBytes, nameof(offsetBytes));
        RequirePages(lengthBytes, nameof(lengthBytes));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            CheckPart(offsetBytes, lengthBytes);
            bool isHead = offsetBytes == 0;
            bool isTail = lengthBytes == _handle.LengthBytes - offsetBytes;
            if (isHead == isTail)
            {
                throw new NotSupportedException(
                    $"Cannot shrink {Name} by its {(isHead ? "whole" : "middle")}. Dispose it, or shrink head or tail.");
            }

            if (_handle.IsOccupied(offsetBytes, lengthBytes))
            {
                throw new InvalidOperationException(
                    $"Cannot shrink {Name}: a map lies in the part to give back. Dispose it and end its leases first.");
            }

            int error = isHead ? _handle.CutHead(lengthBytes) : _handle.CutTail(lengthBytes);
            if (error != Errno.None)
            {
                throw Refused("shrink", Name, error);
            }
        }
    }

    /// <summary>
    /// Hands everything from an offset on, with the maps in it, to a reservation of its own; this one ends there.
    /// </summary>
    /// <param name="offsetBytes">A multiple of the page size, inside and not 0.</param>
    /// <returns>The second part.</returns>
    /// <exception cref="ArgumentException">The offset is not a multiple of the page size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It leaves one part empty.</exception>
    /// <exception cref="InvalidOperationException">A map lies on both sides.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public VmReservation Split(long offsetBytes)
    {
        RequirePages(offsetBytes, nameof(offsetBytes));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(offsetBytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offsetBytes, _handle.LengthBytes);
            if (_handle.IsCrossed(offsetBytes))
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"Cannot split {Name} at 0x{offsetBytes:X}: a map lies on both sides. Choose another offset."));
            }

            var rest = new VmReservation(_handle.Split(offsetBytes));
            foreach (object map in rest._handle.MapsIn(0, rest._handle.LengthBytes))
            {
                ((PmemMap)map).Reservation = rest;
            }

            return rest;
        }
    }

    /// <summary>
    /// The lowest map that overlaps a part, or null. Only maps that are not disposed are found; slices are found through
    /// their whole. (pmem2_vm_reservation_map_find)
    /// </summary>
    /// <param name="offsetBytes">Where the part begins.</param>
    /// <param name="lengthBytes">Its length; 0 finds the map that the offset lies in.</param>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length is negative.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public PmemMap? FindMap(long offsetBytes, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        return MapsIn(offsetBytes, Math.Max(lengthBytes, 1)).FirstOrDefault();
    }

    /// <summary>The map with the lowest address, or null. (pmem2_vm_reservation_map_find_first)</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public PmemMap? FirstMap() => MapsIn(0, long.MaxValue).FirstOrDefault();

    /// <summary>The map with the highest address, or null. (pmem2_vm_reservation_map_find_last)</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public PmemMap? LastMap() => MapsIn(0, long.MaxValue).LastOrDefault();

    /// <summary>The next map in address order, or null. (pmem2_vm_reservation_map_find_next)</summary>
    /// <param name="map">A map, also a disposed one: its address counts.</param>
    /// <exception cref="ObjectDisposedException">The reservation was disposed.</exception>
    public PmemMap? NextMap(PmemMap map) =>
        MapsIn(0, long.MaxValue).FirstOrDefault(m => m.Address > map.Address);

    /// <summary>The previous map in address order, or null. (pmem2_vm_reservation_map_find_prev)</summary>
    /// <param name="map">A map, also a disposed one: its address counts.</param>
    /// <exception cref="ObjectDisposedException">The reservation was disposed.</exception>
    public PmemMap? PreviousMap(PmemMap map) =>
        MapsIn(0, long.MaxValue).LastOrDefault(m => m.Address < map.Address);

    /// <summary>Gives the address space back. (pmem2_vm_reservation_delete)</summary>
    /// <exception cref="InvalidOperationException">A map lies inside; nothing happened.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_handle.IsOccupied(0, _handle.LengthBytes))
            {
                throw new InvalidOperationException(
                    $"Cannot give {Name} back: a map lies inside. Dispose it and end its leases first.");
            }

            _isDisposed = true;
            _handle.Dispose();
        }
    }

    /// <summary>Maps inside, after the checks that concern the place (section 12.3, rows 9 to 12).</summary>
    internal PmemMap Map(MapPlan plan)
    {
        long offset = plan.Config.ReservationOffsetBytes;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            RequirePages(offset, nameof(plan));

            // All of it is whole pages, so that comparing bytes compares pages.
            long available = _handle.LengthBytes - offset;
            if (plan.LengthBytes > available)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(plan),
                    FormattableString.Invariant(
                        $"Cannot map {plan.LengthBytes} bytes of '{plan.Source.Path}' at offset 0x{offset:X} of {Name}: it ends before. Extend it."));
            }

            if ((_handle.Address + offset) % plan.Source.AlignmentBytes != 0)
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"Cannot map '{plan.Source.Path}' at offset 0x{offset:X} of {Name}: that address is not a multiple of {plan.Source.AlignmentBytes}, the alignment of the source."),
                    nameof(plan));
            }

            SafeMapHandle? handle = SafeMapHandle.MapInside(_handle, offset, plan.Request, out int syncError, out int error);
            if (handle is null && error == Errno.Exists)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"Cannot map {plan.LengthBytes} bytes of '{plan.Source.Path}' at offset 0x{offset:X} of {Name}: another map is there. Choose another offset, or dispose that map and end its leases."));
            }

            return plan.Complete(handle, syncError, error, this);
        }
    }

    private string Name => FormattableString.Invariant(
        $"the reservation of {_handle.LengthBytes} bytes at 0x{_handle.Address:X}");

    // A snapshot under the lock; a map may be disposed right after it.
    private IEnumerable<PmemMap> MapsIn(long offset, long lengthBytes)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return offset >= _handle.LengthBytes
                ? []
                : _handle.MapsIn(offset, lengthBytes).Cast<PmemMap>().Where(map => !map.IsDisposed);
        }
    }

    private static void RequirePages(long value, string name)
    {
        if (value % Environment.SystemPageSize != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{value} is not a multiple of the page size, {Environment.SystemPageSize}."), name);
        }
    }

    private static Exception Refused(string operation, string what, int error) => error == Errno.Exists
        ? new InvalidOperationException(
            $"Cannot {operation} {what}: something is mapped at that address. Choose another address, or let the kernel choose.")
        : new PmemIOException(operation, what, error, "Check the limits of address space and of the number of maps.");

    private void CheckPart(long offsetBytes, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offsetBytes, _handle.LengthBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, _handle.LengthBytes - offsetBytes);
    }
}
