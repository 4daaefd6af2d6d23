using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Writes the arenas of a new pool, at its first write (block pool format, section 10.5). Until the last arena's info
/// block is valid the pool still has no layout, and the next write starts over.
/// </summary>
internal static class BttLayoutWriter<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Writes all arenas. Persisted on return.</summary>
    /// <param name="medium">The pool.</param>
    /// <param name="arenas">The planned arenas.</param>
    /// <param name="pool">Identity of the pool.</param>
    /// <param name="isZeroed">Whether the maps are known to be zero.</param>
    /// <param name="uuid">Identity of the new layout.</param>
    internal static void Write(TMedium medium, ArenaGeometry[] arenas, Guid pool, bool isZeroed, Guid uuid)
    {
        foreach (ArenaGeometry arena in arenas)
        {
            // An attempt that a crash interrupted may have left a valid block here; it must not vouch for what follows.
            RetractInfo(medium, arena);
            WriteMapAndFlog(medium, arena, isZeroed);
            WriteInfo(medium, arena, arena.ToInfo(uuid, pool, flags: 0));
        }
    }

    private static void RetractInfo(TMedium medium, ArenaGeometry arena)
    {
        // The copy first: an invalid block with a valid copy would look like damage.
        Retract(medium, arena.InfoCopy);
        Retract(medium, arena.Start);
    }

    private static void Retract(TMedium medium, long info)
    {
        if (medium.Load64(info) != 0)
        {
            medium.Store64(info, 0);

            // P7: crash before here: the old attempt or nothing is there; in both cases no write ever happened.
            medium.Persist(info, sizeof(ulong), BttOrdering.P7);
        }
    }

    private static void WriteMapAndFlog(TMedium medium, ArenaGeometry arena, bool isZeroed)
    {
        ClearMap(medium, arena, isZeroed);
        Span<byte> slot = stackalloc byte[BttFlogLayout.SlotBytes];
        slot.Clear();
        for (int lane = 0; lane < arena.Lanes; lane++)
        {
            BttFlogLayout first = FlogSlot.Initial(arena, lane).First;
            Blittable.AsBytes(in first).CopyTo(slot);
            medium.Store(arena.FlogEntryOffset(lane, 0), slot);
        }

        // P7: crash before here: there is no info block yet, so nobody looks at map and flog.
        medium.Persist(arena.Flog, arena.FlogBytes, BttOrdering.P7);
    }

    // Where the map should be zero already, only what damage has put there is cleared: an entry that is not zero would
    // count as soon as there is an info block.
    private static void ClearMap(TMedium medium, ArenaGeometry arena, bool isZeroed)
    {
        if (!isZeroed)
        {
            medium.ClearFlushed(arena.Map, arena.MapBytes, BttOrdering.P7);
            return;
        }

        for (long start = 0; start < arena.MapBytes; start += BttGeometry.PageBytes)
        {
            if (medium.Window(arena.Map + start, (int)BttGeometry.PageBytes).ContainsAnyExcept((byte)0))
            {
                medium.ClearFlushed(arena.Map + start, BttGeometry.PageBytes, BttOrdering.P7);
            }
        }
    }

    private static void WriteInfo(TMedium medium, ArenaGeometry arena, BttInfoLayout info)
    {
        ReadOnlySpan<byte> bytes = Blittable.AsBytes(in info);
        medium.StoreFlushed(arena.Start + sizeof(ulong), bytes[sizeof(ulong)..], BttOrdering.P8);

        // P8: crash before here: the first half of the signature is missing, which means "never completed".
        medium.Drain(BttOrdering.P8);
        medium.Store64(arena.Start, info.SignatureLow);

        // P9: crash before here: the arena has no layout, and nothing was acknowledged.
        medium.Persist(arena.Start, sizeof(ulong), BttOrdering.P9);
        medium.StoreFlushed(arena.InfoCopy, bytes, BttOrdering.P10);

        // P10: crash before here: the layout is complete, only its copy is missing; a check reports it.
        medium.Drain(BttOrdering.P10);
    }
}
