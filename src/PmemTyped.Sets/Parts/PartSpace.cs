using PmemTyped.Mapping;

namespace PmemTyped.Sets.Parts;

/// <summary>
/// The address space that parts lie in: the reservation of the config, which is never changed, or one of the set's own, which
/// follows its parts; or none, for memory that was mapped before. Changed under the lock of the set.
/// </summary>
internal sealed class PartSpace
{
    private PartSpace(VmReservation? reservation, bool isOwn)
    {
        Reservation = reservation;
        IsOwn = isOwn;
    }

    /// <summary>Gets the address space; null where somebody else mapped, and after it was given back.</summary>
    internal VmReservation? Reservation { get; private set; }

    internal bool IsOwn { get; }

    internal static PartSpace Own(VmReservation reservation) => new(reservation, isOwn: true);

    internal static PartSpace OfConfig(VmReservation reservation) => new(reservation, isOwn: false);

    internal static PartSpace Foreign() => new(null, isOwn: false);

    /// <summary>
    /// Gives back what no part uses: the head, the tail, holes, or all. A disposed map that somebody still uses keeps its
    /// place until the next call.
    /// </summary>
    /// <param name="parts">The parts in this space, in address order.</param>
    internal void Trim(IReadOnlyList<PartNode> parts)
    {
        if (!IsOwn || Reservation is not { } reservation)
        {
            return;
        }

        long start = reservation.Address;
        long lengthBytes = reservation.LengthBytes;
        if (parts.Count == 0)
        {
            if (reservation.IsFree(0, lengthBytes))
            {
                Reservation = null;
                reservation.Dispose();
            }

            return;
        }

        for (int i = parts.Count - 1; i > 0; i--)
        {
            // Parts behind a hole get a space of their own; the hole then is the tail of this one.
            long gapStart = parts[i - 1].Extent.End;
            long gapEnd = parts[i].Extent.Start;
            if (gapEnd > gapStart && reservation.IsFree(gapStart - start, gapEnd - gapStart))
            {
                PartSpace upper = Own(reservation.Split(gapEnd - start));
                foreach (PartNode part in parts.Skip(i))
                {
                    part.Space = upper;
                }

                upper.Trim([.. parts.Skip(i)]);
                parts = [.. parts.Take(i)];
                lengthBytes = reservation.LengthBytes;
            }
        }

        long used = parts[^1].Extent.End - start;
        if (used < lengthBytes && reservation.IsFree(used, lengthBytes - used))
        {
            reservation.Shrink(used, lengthBytes - used);
        }

        long head = parts[0].Extent.Start - start;
        if (head > 0 && reservation.IsFree(0, head))
        {
            reservation.Shrink(0, head);
        }
    }
}
