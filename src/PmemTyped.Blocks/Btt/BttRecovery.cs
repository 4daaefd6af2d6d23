using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>Completes the writes that a crash interrupted between flog and map (block pool format, section 11).</summary>
internal static class BttRecovery<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Completes them. Persisted on return; doing it twice changes nothing.</summary>
    internal static void Complete(TMedium medium, ArenaGeometry arena, IReadOnlyList<InterruptedWrite> writes)
    {
        foreach (InterruptedWrite write in writes)
        {
            long entry = arena.MapEntryOffset(write.Lba);
            medium.Store32(entry, write.NewMap.Value);

            // P6: crash before here: the flog entry is still active, the next open completes the write again.
            medium.Persist(entry, sizeof(uint), BttOrdering.P6);
        }
    }
}
