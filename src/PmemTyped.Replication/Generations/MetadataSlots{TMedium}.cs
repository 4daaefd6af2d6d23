using System.Buffers.Binary;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Generations;

/// <summary>
/// The two slots of a side file: an update goes to the older one, so that a crash leaves the old metadata or the new ones.
/// Threads: one at a time.
/// </summary>
/// <typeparam name="TMedium">The medium.</typeparam>
internal sealed class MetadataSlots<TMedium>
    where TMedium : struct, IPmemMedium
{
    internal const long FileBytes = 2 * SlotDistance;

    // Each in a page of its own: a page that is written back torn harms one of them.
    private const long SlotDistance = 4096;

    private readonly TMedium _medium;
    private ulong _sequence;
    private int _newest;

    internal MetadataSlots(TMedium medium)
    {
        _medium = medium;
        _newest = 1;
        for (int i = 0; i < 2; i++)
        {
            ReplicaMetadataLayout slot =
                Blittable.Read<ReplicaMetadataLayout>(medium.Window(i * SlotDistance, ReplicaMetadataLayout.SizeBytes));
            if (ReplicaMetadata.IsSound(in slot) && slot.Sequence > _sequence)
            {
                _sequence = slot.Sequence;
                _newest = i;
                Current = ReplicaMetadata.From(in slot);
            }
        }
    }

    /// <summary>Gets the newest metadata that are whole; all zero before the first update.</summary>
    internal ReplicaMetadata Current { get; private set; }

    /// <summary>Gets a value indicating whether there never was an update.</summary>
    internal bool IsEmpty => _sequence == 0;

    /// <summary>Whether bytes look like two slots; one that was never written is zero.</summary>
    internal static bool MayHold(ReadOnlySpan<byte> file) =>
        BinaryPrimitives.ReadUInt32LittleEndian(file) is 0 or ReplicaMetadataLayout.SlotMagic
        && BinaryPrimitives.ReadUInt32LittleEndian(file[(int)SlotDistance..]) is 0 or ReplicaMetadataLayout.SlotMagic;

    /// <summary>Replaces the metadata. Persisted on return.</summary>
    internal void Update(in ReplicaMetadata metadata)
    {
        ReplicaMetadataLayout slot = metadata.ToLayout(_sequence + 1);
        int next = 1 - _newest;
        _medium.Store(next * SlotDistance, Blittable.AsBytes(in slot));

        // P1: crash before here: the checksum of this slot is wrong, or the update is whole; the other slot was not touched.
        _medium.Persist(next * SlotDistance, ReplicaMetadataLayout.SizeBytes, GenerationOrdering.P1);
        _sequence++;
        _newest = next;
        Current = metadata;
    }
}
