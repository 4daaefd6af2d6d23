using System.Buffers.Binary;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Repair;

/// <summary>Carries out the changes of a plan; the crash argument is in <see cref="RepairOrdering"/>.</summary>
internal static class RepairWriter<TMedium>
    where TMedium : struct, IPmemMedium
{
    // No pool has as many blocks, so every reader of a flog refuses this block number.
    private const ulong Impossible = ulong.MaxValue;

    /// <summary>Carries them out. Persisted on return.</summary>
    internal static void Apply(TMedium medium, IEnumerable<BlockPoolChange> changes)
    {
        foreach (BlockPoolChange change in changes)
        {
            Apply(medium, change);
        }
    }

    /// <summary>Carries out one. Persisted on return.</summary>
    internal static void Apply(TMedium medium, BlockPoolChange change)
    {
        if (change.IsFlogSlot)
        {
            ReplaceSlot(medium, change.Offset, change.Bytes.Span);
            return;
        }

        if (change.LengthBytes == BttMapEntry.SizeBytes)
        {
            medium.Store32(change.Offset, BinaryPrimitives.ReadUInt32LittleEndian(change.Bytes.Span));
        }
        else
        {
            medium.Store(change.Offset, change.Bytes.Span);
        }

        // P1: crash before here: a torn structure is as invalid as the one it replaces, and is replaced again.
        medium.Persist(change.Offset, change.LengthBytes, RepairOrdering.P1);
    }

    private static void ReplaceSlot(TMedium medium, long slot, ReadOnlySpan<byte> halves)
    {
        const int BothHalves = 2 * BttFlogLayout.SizeBytes;
        medium.Store64(slot + BttFlogLayout.LogOffset, Impossible);

        // P2: crash before here: the damaged slot, or the damaged slot with an impossible number.
        medium.Persist(slot, sizeof(ulong), RepairOrdering.P2);
        medium.Store64(slot + BttFlogLayout.ActivationOffset, 0);
        medium.Store64(slot + BttFlogLayout.SizeBytes + BttFlogLayout.LogOffset, 0);
        medium.Store64(slot + BttFlogLayout.SizeBytes + BttFlogLayout.ActivationOffset, 0);

        // P3: crash before here: the impossible number makes the slot invalid, whatever else of it arrived.
        medium.Persist(slot, BothHalves, RepairOrdering.P3);
        medium.Store64(slot + BttFlogLayout.LogOffset, BinaryPrimitives.ReadUInt64LittleEndian(halves));
        medium.Store64(
            slot + BttFlogLayout.ActivationOffset,
            BinaryPrimitives.ReadUInt64LittleEndian(halves[BttFlogLayout.ActivationOffset..]));

        // P4: crash before here: no half is active, or the active one has the impossible number.
        medium.Persist(slot, BothHalves, RepairOrdering.P4);
    }
}
