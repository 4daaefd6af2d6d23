using PmemTyped.Mapping;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// The parts of one replica in memory, next to each other, with address space behind them for parts that growth adds
/// (sets specification, section 19).
/// </summary>
internal sealed class PoolSetReplicaMap : IDisposable
{
    // Address space costs nothing but address space, of which a process has 128 TiB.
    private const long GrowthRoomBytes = 64L << 30;

    private readonly VmReservation _reservation;

    private PoolSetReplicaMap(VmReservation reservation, IReadOnlyList<PoolSetFilePart> lines)
    {
        _reservation = reservation;
        Lines = lines;
    }

    internal List<PmemMap> Parts { get; } = [];

    /// <summary>Gets the files of the replica.</summary>
    internal IReadOnlyList<PoolSetFilePart> Lines { get; private set; }

    internal long ContentBytes { get; private set; }

    /// <summary>Gets how many bytes can be added without moving anything.</summary>
    internal long RoomBytes => _reservation.LengthBytes - ContentBytes;

    internal static PoolSetReplicaMap Of(IReadOnlyList<PoolSetPartFile> parts, PoolSetReplica line, PoolSetAccess access)
    {
        bool isPrivate = access == PoolSetAccess.Private;
        var map = new PoolSetReplicaMap(
            Reserve(parts.Sum(p => p.ContentBytes), line, isPrivate),
            [.. parts.Select(p => new PoolSetFilePart(p.Path, p.FileBytes))]);
        try
        {
            foreach (PoolSetPartFile part in parts)
            {
                map.Parts.Add(part.MapContent(map._reservation, map.ContentBytes, isPrivate));
                map.ContentBytes += part.ContentBytes;
            }

            return map;
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>Maps a part behind the last one; it belongs to the caller until it is added.</summary>
    internal PmemMap MapBehind(PoolSetPartFile part) => part.MapContent(_reservation, ContentBytes, isPrivate: false);

    internal void Add(PoolSetFilePart line, PmemMap part)
    {
        Lines = [.. Lines, line];
        Parts.Add(part);
        ContentBytes += part.LengthBytes;
    }

    public void Dispose()
    {
        foreach (PmemMap part in Parts)
        {
            part.Dispose();
        }

        // A lease that has not ended keeps its memory; the address space follows when nothing refers to it any more.
        if (_reservation.IsFree(0, _reservation.LengthBytes))
        {
            _reservation.Dispose();
        }
    }

    // A directory says how far it may grow: its size is address space. Files say nothing.
    private static VmReservation Reserve(long contentBytes, PoolSetReplica line, bool isPrivate)
    {
        long declared = line.Parts.Sum(p => p.LengthBytes) / PoolSetPartFile.HeaderBytes * PoolSetPartFile.HeaderBytes;
        long wanted = Directory.Exists(line.Parts[0].Path)
            ? Math.Max(contentBytes, declared)
            : contentBytes + Math.Max(contentBytes, GrowthRoomBytes);
        if (!isPrivate && wanted > contentBytes)
        {
            try
            {
                return VmReservation.Create(wanted);
            }
            catch (PmemIOException)
            {
                // A limit on address space; the pool can be used, and grow when it is opened without one.
            }
        }

        return VmReservation.Create(contentBytes);
    }
}
