using PmemTyped.Mapping;

namespace PmemTyped.Sets.Parts;

/// <summary>
/// Where one new piece goes, and its map there: after the previous part, in a gap of the config's reservation, or in a
/// reservation of its own (sets specification, sections 6.3 and 6.4). Used under the lock of the set.
/// </summary>
internal readonly struct PartPlacement(PlacementRules rules, PmemSetSource source, long offset, long lengthBytes)
{
    // Somebody else may take a gap of a shared reservation between finding and using it.
    private const int MaxGapAttempts = 16;

    /// <summary>Maps the piece.</summary>
    /// <param name="previous">The part that it continues, or null.</param>
    /// <param name="space">The address space that it lies in.</param>
    internal PartPiece Place(out PartNode? previous, out PartSpace space)
    {
        previous = rules.Previous;
        if (source.Map is { } map)
        {
            return PlaceExisting(map, ref previous, out space);
        }

        if (rules.ConfigSpace is null && lengthBytes % Environment.SystemPageSize != 0)
        {
            throw new PmemSetException(
                PmemSetError.LengthUnaligned,
                FormattableString.Invariant(
                    $"{lengthBytes} bytes of '{source.Path}' are not a multiple of the page size, {Environment.SystemPageSize}. Round the length."));
        }

        if (rules.Coalescing != PartCoalescing.None && previous is not null)
        {
            space = previous.Space;
            if (TryAppend(previous) is { } appended)
            {
                return appended;
            }
        }

        previous = null;
        return rules.ConfigSpace is null ? PlaceAlone(out space) : PlaceInGap(space = rules.ConfigSpace);
    }

    private PartPiece PlaceAlone(out PartSpace space)
    {
        VmReservation reservation;
        try
        {
            reservation = VmReservation.Create(lengthBytes);
        }
        catch (PmemIOException e)
        {
            throw PmemSetException.System(e);
        }

        try
        {
            space = PartSpace.Own(reservation);
            return MapAt(reservation, 0);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    private PartPiece PlaceInGap(PartSpace space)
    {
        VmReservation reservation = space.Reservation!;
        for (int attempt = 0; attempt < MaxGapAttempts && reservation.FindGap(lengthBytes) is { } gap; attempt++)
        {
            try
            {
                return MapAt(reservation, gap);
            }
            catch (PmemSetException e) when (e.InnerException is InvalidOperationException and not ObjectDisposedException)
            {
                // Taken meanwhile.
            }
        }

        throw new PmemSetException(
            PmemSetError.CannotFitPartMap,
            FormattableString.Invariant(
                $"The reservation of {reservation.LengthBytes} bytes has no gap of {lengthBytes} for '{source.Path}'. Remove parts, or extend it."));
    }

    /// <summary>The piece after the previous part; null where opportunistic coalescing gives up.</summary>
    private PartPiece? TryAppend(PartNode previous)
    {
        bool isFull = rules.Coalescing == PartCoalescing.Full;
        if (previous.Space.Reservation is not { } reservation)
        {
            return isFull ? throw CannotCoalesce(previous, inner: null) : null;
        }

        long place = previous.Extent.End - reservation.Address;
        long available = reservation.LengthBytes - place;
        bool isPastEnd = lengthBytes > available;
        bool isTaken = available > 0 && !reservation.IsFree(place, Math.Min(available, lengthBytes));
        if (isPastEnd && !previous.Space.IsOwn && !isTaken)
        {
            return isFull
                ? throw new PmemSetException(
                    PmemSetError.InvalidPmem2Map,
                    FormattableString.Invariant(
                        $"{lengthBytes} bytes of '{source.Path}' after the previous part reach past the end of the reservation. Extend it."))
                : null;
        }

        if (isTaken)
        {
            return isFull ? throw CannotCoalesce(previous, inner: null) : null;
        }

        if (isPastEnd)
        {
            try
            {
                reservation.Extend(RoundUpToPage(lengthBytes - available));
            }
            catch (Exception e) when (e is InvalidOperationException or PmemIOException)
            {
                return isFull ? throw CannotCoalesce(previous, e) : null;
            }
        }

        try
        {
            return MapAt(reservation, place);
        }
        catch
        {
            previous.Space.Trim(rules.PartsIn(previous.Space));
            throw;
        }
    }

    private PartPiece PlaceExisting(PmemMap map, ref PartNode? previous, out PartSpace space)
    {
        long start = map.Address + offset;
        long end = start + lengthBytes;
        if (rules.IsOccupied(start, end))
        {
            throw Exists(start, inner: null);
        }

        bool continues = rules.Coalescing != PartCoalescing.None && previous is not null && previous.Extent.End == start
            && previous.Extent.Map.Protection == map.Protection && previous.Extent.Map.Granularity == map.Granularity;
        if (!continues && rules.Coalescing == PartCoalescing.Full && previous is not null)
        {
            throw CannotCoalesce(previous, inner: null);
        }

        previous = continues ? previous : null;
        space = previous?.Space ?? PartSpace.Foreign();
        try
        {
            return map.Granularity <= rules.RequiredGranularity
                ? new PartPiece(map.Slice(offset, lengthBytes), source)
                : throw new NotSupportedException(
                    $"'{map.Path}' offers {map.Granularity} granularity, but {rules.RequiredGranularity} was required.");
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or ObjectDisposedException)
        {
            throw Refused(e);
        }
    }

    private PartPiece MapAt(VmReservation reservation, long place)
    {
        try
        {
            return new PartPiece(
                PmemMap.Map(
                    source.Inner!,
                    new PmemMapConfig
                    {
                        OffsetBytes = offset,
                        LengthBytes = lengthBytes,
                        RequiredGranularity = rules.RequiredGranularity,
                        Reservation = reservation,
                        ReservationOffsetBytes = place,
                    }),
                source);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException or PmemIOException)
        {
            throw Refused(e);
        }
    }

    private static long RoundUpToPage(long bytes) =>
        (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize;

    private static PmemSetException Refused(Exception cause) => new(PmemSetError.InvalidPmem2Map, cause.Message, cause);

    private static PmemSetException Exists(long address, Exception? inner) => new(
        PmemSetError.PartExists, FormattableString.Invariant($"Something lies at 0x{address:X} already."), inner);

    private PmemSetException CannotCoalesce(PartNode previous, Exception? inner) => new(
        PmemSetError.CannotCoalesceParts,
        FormattableString.Invariant(
            $"'{source.Path}' cannot continue the part at 0x{previous.Extent.Start:X}: the {lengthBytes} bytes after it are taken. Coalesce opportunistically, or reserve address space."),
        Exists(previous.Extent.End, inner));
}
