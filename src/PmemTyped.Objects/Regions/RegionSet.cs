using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// The files that a pool set file names, as the memory of one region: the parts of the first replica in a row, and the other
/// replicas behind it. The region begins behind the header page of the first part. Threads: one opens and disposes.
/// (sets specification, part II)
/// </summary>
internal sealed class RegionSet : IDisposable
{
    /// <summary>"PTREGION", in the headers of the parts and at the start of the region.</summary>
    internal const ulong Signature = RegionHeaderLayout.MagicValue;

    private const long HeaderBytes = 4096;

    private readonly PoolSetMap _set;
    private bool _marksClean;
    private int _isDisposed;

    private RegionSet(PoolSetMap set)
    {
        _set = set;
        Map = RegionOf(set.Map);
    }

    /// <summary>Gets the memory of the region.</summary>
    internal PmemMap Map { get; }

    /// <summary>Whether a path is that of a set file with part headers; one without names a file that is a region by itself.</summary>
    internal static bool IsNamedBy(string path) =>
        PoolSetFile.IsSetFile(path) && !PoolSetFile.Load(path, PoolSetReading.Compatible).Options.HasFlag(PoolSetOptions.NoHeaders);

    /// <summary>Makes the files. The header that makes them a pool is written behind what <paramref name="fill"/> stores.</summary>
    /// <param name="path">Path of the set file.</param>
    /// <param name="mode">Permission bits of new files.</param>
    /// <param name="fill">Makes the region; persisted on its return.</param>
    internal static RegionSet Create(string path, UnixFileMode mode, Action<PmemMap> fill)
    {
        PoolSetMap set = PoolSetMap.Create(
            PoolSetFile.Load(path, PoolSetReading.Compatible),
            Signature,
            (map, header, _) =>
            {
                using PmemMap region = RegionOf(map);
                fill(region);
                MapMedium medium = map.DangerousGetMedium();
                medium.Store(0, Blittable.AsBytes(in header));

                // P2: crash before here: the header page is zero, so nobody opens what lies behind it.
                medium.Persist(0, PartHeaderLayout.SizeBytes, RegionOrdering.P2);
            },
            new PoolSetCreation
            {
                MinPoolBytes = PoolSetCreation.MinPartBytes,
                TimeSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                Mode = mode,
            });
        return Over(set, path);
    }

    /// <summary>Opens the files. A replica that a crash left behind is brought up to the first one; nothing else is stored.</summary>
    /// <param name="path">Path of the set file.</param>
    internal static RegionSet Open(string path) =>
        Over(PoolSetMap.Open(PoolSetFile.Load(path, PoolSetReading.Compatible), Signature), path);

    /// <inheritdoc cref="PoolSetMap.BeginBatch"/>
    internal PersistBatch BeginBatch() => _set.BeginBatch();

    /// <inheritdoc cref="PoolSetMap.EndReplication"/>
    internal void EndReplication() => _set.EndReplication();

    /// <summary>Says on the medium that the region is in use. Called before the first byte of it changes.</summary>
    internal void MarkDirty()
    {
        MapMedium medium = _set.Map.DangerousGetMedium();
        PartHeaderLayout header = HeaderOf(medium);
        _marksClean = ShutdownState.MarkDirty(medium, in header, _set.Identity);
    }

    /// <summary>Says that nobody stores any more. Not called where a transaction is under way: then the next open looks after it.</summary>
    internal void MarkClean()
    {
        if (_marksClean)
        {
            _marksClean = false;
            ShutdownState.MarkClean(_set.Map.DangerousGetMedium());
        }
    }

    /// <summary>Lets go of the files; leases that are held keep the memory.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Map.Dispose();
            _set.Dispose();
        }
    }

    private static RegionSet Over(PoolSetMap set, string path)
    {
        try
        {
            PartHeaderLayout header = HeaderOf(set.Map.DangerousGetMedium());
            ShutdownState.Examine(in header, set.Identity)?.Throw(path);
            return new RegionSet(set);
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private static PmemMap RegionOf(PmemMap pool) => pool.Slice(HeaderBytes, pool.LengthBytes - HeaderBytes);

    private static PartHeaderLayout HeaderOf(MapMedium medium) =>
        Blittable.Read<PartHeaderLayout>(medium.Window(0, PartHeaderLayout.SizeBytes));
}
