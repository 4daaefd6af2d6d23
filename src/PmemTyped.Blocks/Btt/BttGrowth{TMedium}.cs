using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Makes the last arena of a pool longer, and adds arenas behind it, so that the result is what libpmemblk would have made in
/// the larger size (Design 0020). Blocks stay where they are; what moves is the map, the flog and the copy of the info block,
/// to the new end. The crash argument is in <see cref="GrowthOrdering"/>.
/// </summary>
internal static class BttGrowth<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const long IncompatOffset = 16;
    private const int EntriesPerPage = (int)BttGeometry.PageBytes / BttMapEntry.SizeBytes;

    /// <summary>Writes the arenas that follow the longer one. Persisted on return; nobody looks at them yet.</summary>
    internal static void WriteAppended(TMedium medium, GrowthPlan plan, Guid pool) =>
        BttLayoutWriter<TMedium>.Write(medium, plan.Appended, pool, isZeroed: true, LayoutUuid(medium));

    /// <summary>
    /// Writes map, flog and copy of the longer arena, storing only what differs: once while others write, which makes the
    /// second time short, and once while nobody does. Nobody looks at them yet.
    /// </summary>
    internal static void WriteMoved(TMedium medium, GrowthPlan plan, Guid pool)
    {
        if (!plan.Moves)
        {
            return;
        }

        byte[] page = new byte[BttGeometry.PageBytes];
        for (long at = 0; at < plan.To.MapBytes; at += page.Length)
        {
            FillMapPage(medium, plan, at, page);
            StoreChanged(medium, plan.To.Map + at, page);
        }

        for (long at = 0; at < plan.From.FlogBytes; at += page.Length)
        {
            medium.Load(plan.From.Flog + at, page);
            StoreChanged(medium, plan.To.Flog + at, page);
        }

        BttInfoLayout info = plan.To.ToInfo(LayoutUuid(medium), pool, flags: 0);
        StoreChanged(medium, plan.To.InfoCopy, Blittable.AsBytes(in info));
    }

    /// <summary>Makes the longer arena count. Nobody else stores to the pool meanwhile. Persisted on return.</summary>
    internal static void Publish(TMedium medium, GrowthPlan plan, Guid pool)
    {
        // P1: crash before here: nothing refers to what was written.
        medium.Drain(GrowthOrdering.P1);
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        StoreFeatures(medium, PoolMark.With(in header, PoolFeatures.Growing));

        // P2: crash before here: the header is marked, torn or as before; the info block is the old one.
        medium.Persist(0, PartHeaderLayout.SizeBytes, GrowthOrdering.P2);
        StoreInfo(medium, plan.To, plan.To.ToInfo(LayoutUuid(medium), pool, flags: 0));

        // P3: crash before here: the info block may be torn, and the mark says so.
        medium.Drain(GrowthOrdering.P3);
        StoreFeatures(medium, header);

        // P4: crash before here: the pool has grown, and the mark may still be there.
        medium.Persist(0, PartHeaderLayout.SizeBytes, GrowthOrdering.P4);
    }

    /// <summary>Finishes a growth that a crash interrupted after its mark. Persisted on return; doing it twice changes nothing.</summary>
    /// <param name="medium">The pool.</param>
    /// <param name="clean">Its header without the mark.</param>
    /// <param name="identity">What header and descriptor say.</param>
    /// <exception cref="PmemFormatException">The pool does not have the size any more that it was growing to.</exception>
    internal static void Finish(TMedium medium, in PartHeaderLayout clean, BttIdentity identity)
    {
        ArenaGeometry[] target = BttGeometry.Plan(medium.LengthBytes, identity.BlockBytes) ?? [];
        if (target.Length == 0 || !IsThere(medium, target[^1], target[^1].InfoCopy, identity.Pool))
        {
            throw new PmemFormatException(
                identity.Path,
                "pool growth",
                IncompatOffset,
                "the size that the pool was growing to when it was interrupted",
                FormattableString.Invariant($"{medium.LengthBytes} bytes, at whose end no arena was prepared"),
                "Restore the size of the file, or the lines of the set file.");
        }

        Guid uuid = BttLayoutReader<TMedium>.LoadInfo(medium, target[^1].InfoCopy).Uuid;
        foreach (ArenaGeometry arena in target)
        {
            bool isWhole = IsThere(medium, arena, arena.Start, identity.Pool)
                && IsThere(medium, arena, arena.InfoCopy, identity.Pool);
            if (!isWhole)
            {
                StoreInfo(medium, arena, arena.ToInfo(uuid, identity.Pool, flags: 0));
            }
        }

        // P3: crash before here: the mark is still there, and the next open begins again.
        medium.Drain(GrowthOrdering.P3);
        StoreFeatures(medium, clean);

        // P4: crash before here: the pool has grown, and the mark may still be there.
        medium.Persist(0, PartHeaderLayout.SizeBytes, GrowthOrdering.P4);
    }

    // Entries keep their index and the blocks that they name. The new ones read as zeros and own the new blocks.
    private static void FillMapPage(TMedium medium, GrowthPlan plan, long at, byte[] page)
    {
        Array.Clear(page);
        uint first = (uint)(at / BttMapEntry.SizeBytes);
        uint kept = Math.Min(EntriesPerPage, plan.From.Lbas - Math.Min(first, plan.From.Lbas));
        medium.Load(plan.From.Map + at, page.AsSpan(0, (int)kept * BttMapEntry.SizeBytes));
        uint end = Math.Min(EntriesPerPage, plan.To.Lbas - first);
        for (uint i = kept; i < end; i++)
        {
            uint block = plan.From.InternalBlocks + (first + i - plan.From.Lbas);
            BitConverter.TryWriteBytes(
                page.AsSpan((int)i * BttMapEntry.SizeBytes), BttMapEntry.Make(block, BlockState.Zero).Value);
        }
    }

    private static void StoreChanged(TMedium medium, long offset, ReadOnlySpan<byte> wanted)
    {
        if (!medium.Window(offset, wanted.Length).SequenceEqual(wanted))
        {
            medium.StoreFlushed(offset, wanted, GrowthOrdering.P1);
        }
    }

    // The copy too: in an arena of 512 GiB it has not moved, and so could not be written before.
    private static void StoreInfo(TMedium medium, ArenaGeometry arena, BttInfoLayout info)
    {
        medium.StoreFlushed(arena.Start, Blittable.AsBytes(in info), GrowthOrdering.P3);
        medium.StoreFlushed(arena.InfoCopy, Blittable.AsBytes(in info), GrowthOrdering.P3);
    }

    // Only what the mark changes: the shutdown state in the same page is somebody else's.
    private static void StoreFeatures(TMedium medium, PartHeaderLayout header)
    {
        medium.Store32(IncompatOffset, header.Incompat);
        medium.Store64(PartHeaderLayout.ChecksumOffset, header.Checksum);
    }

    private static bool IsThere(TMedium medium, ArenaGeometry arena, long offset, Guid pool)
    {
        BttInfoLayout info = BttLayoutReader<TMedium>.LoadInfo(medium, offset);
        return BttInfoValidator.IsValid(in info, pool)
            && BttLayoutReader<TMedium>.ToGeometry(in info, arena.Index, arena.Start) == arena;
    }

    private static Guid LayoutUuid(TMedium medium) =>
        BttLayoutReader<TMedium>.LoadInfo(medium, BttGeometry.FirstArena).Uuid;
}
