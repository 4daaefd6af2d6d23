using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <content>Maps that lie next to each other, as one.</content>
public sealed partial class PmemMap
{
    /// <summary>
    /// One map over several that follow each other in memory without a gap, as maps of one reservation can: offsets count
    /// from the first byte of the first. It shares their memory, which is given back when this map and they are disposed; a
    /// flush that fails here faults this map only.
    /// </summary>
    /// <param name="pieces">At least one map, in address order, of one granularity and protection.</param>
    /// <param name="listener">Hears flushes and drains of the joined map; null for nobody, which costs nothing.</param>
    /// <exception cref="ArgumentException">None was given, there is a gap, or they differ.</exception>
    /// <exception cref="ObjectDisposedException">One of them was disposed.</exception>
    public static PmemMap Join(IReadOnlyList<PmemMap> pieces, IPersistListener? listener = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (pieces.Count == 0)
        {
            throw new ArgumentException("No maps were given. Give at least one.", nameof(pieces));
        }

        PmemMap first = pieces[0];
        if (pieces.Any(p => p.Granularity != first.Granularity || p.Protection != first.Protection))
        {
            throw new ArgumentException(
                $"The maps that are to follow '{first.Path}' differ from it in granularity or protection.", nameof(pieces));
        }

        SafeMapHandle handle = SafeMapHandle.Join([.. pieces.Select(p => p._handle)])
            ?? throw new ArgumentException(
                $"The maps that are to follow '{first.Path}' do not lie next to each other. Map them into one reservation.",
                nameof(pieces));

        // What has no medium behind it decides: a deep flush of the whole would be a lie.
        PmemMap weakest = pieces.FirstOrDefault(p => p._kind == PmemSourceKind.Anonymous)
            ?? pieces.FirstOrDefault(p => p._kind == PmemSourceKind.DeviceDax)
            ?? first;
        return new PmemMap(handle, first.Path, weakest._kind, first.Protection, weakest.Durability)
        {
            IsPersistentMemory = pieces.All(p => p.IsPersistentMemory),
            Reservation = first.Reservation,
            Listener = listener,
            FlushRegion = pieces.Any(p => p._kind == PmemSourceKind.DeviceDax && p.FlushRegion is null)
                ? null
                : () => FlushRegions(pieces),
        };
    }

    private static void FlushRegions(IReadOnlyList<PmemMap> pieces)
    {
        foreach (PmemMap piece in pieces)
        {
            piece.FlushRegion?.Invoke();
        }
    }
}
