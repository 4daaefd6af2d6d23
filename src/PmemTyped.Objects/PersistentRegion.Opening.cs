using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Regions;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped;

/// <content>The ways to a region: of a file, of a map; made and opened.</content>
public sealed partial class PersistentRegion
{
    // Objects above an eighth of it waste room, and an array takes whole ones.
    private const int ChunkBytes = 64 * 1024;

    // 128 KiB of the region; a program with more layouts than this has more than one region.
    private const int TypeCapacity = 128;

    /// <summary>
    /// Makes a region file with a root of zeros and opens it. Persisted on return. When anything fails, the file is removed.
    /// </summary>
    /// <typeparam name="TRoot">Type of the root, at most some 60 KiB.</typeparam>
    /// <param name="path">
    /// Path of the file, which must not exist; or of a pool set file with the option NOHDRS that names it as its only local part,
    /// and replicas on other machines.
    /// </param>
    /// <param name="lengthBytes">Its size in bytes; 2 MiB is the least with the default options.</param>
    /// <param name="options">Mode, lanes, size of the logs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is too small, or an option out of its range.</exception>
    /// <exception cref="PmemIOException">The file exists, the disk is full, permission is missing.</exception>
    /// <exception cref="PmemCapacityException">The root is too large, or it reaches more than 128 types.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The map with its copies belongs to the region, or is disposed.")]
    public static PersistentRegion Create<TRoot>(string path, long lengthBytes, PersistentRegionOptions? options = null)
        where TRoot : unmanaged, IPersistentLayout<TRoot>
    {
        options ??= new PersistentRegionOptions();
        _ = Plan(lengthBytes, options);
        RegionPlace place = RegionPlace.Of(path, options.Replicator);
        path = place.RequireLength(lengthBytes).Path;
        using PmemSource source = PmemSource.Create(path, lengthBytes, UnixFileMode.None);
        PersistentRegion? region = null;
        ReplicatedMap? replicated = null;
        try
        {
            source.LockExclusive("create a region in");
            PmemMap map = PmemMap.Map(source);
            replicated = place.Replicator is { } replicator ? ReplicatedMap.Create(map, replicator, header: null) : null;
            region = Create<TRoot>(replicated?.Map ?? map, options, leaveMapOpen: false, replicated);
            source.SetMode(options.Mode);
            source.SyncMetadata();
            return region;
        }
        catch
        {
            source.Unlink();
            replicated?.Undo();
            region?.Dispose();
            replicated?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes a region with a root of zeros in the files that a pool set file names, and opens it: the parts in a row are its
    /// memory, and every persist reaches the other replicas too. Persisted on return, directory entries included. When
    /// anything fails, new files are removed.
    /// </summary>
    /// <typeparam name="TRoot">Type of the root, at most some 60 KiB.</typeparam>
    /// <param name="setPath">Path of the pool set file; it says the sizes, 2 MiB at least for each part.</param>
    /// <param name="options">Mode, lanes, size of the logs; no replicator, since the set file names its replicas.</param>
    /// <exception cref="ArgumentException">The options have a replicator.</exception>
    /// <exception cref="PoolSetFileException">The set file cannot be used; line and column say where.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The set is too small, or an option out of its range.</exception>
    /// <exception cref="PmemFormatException">A part is in use as something else, or has another size.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemIOException">A file cannot be made: the disk is full, permission is missing.</exception>
    /// <exception cref="PmemCapacityException">The root is too large, or it reaches more than 128 types.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The region disposes the set; where there is no region, Over does.")]
    public static PersistentRegion CreateInSet<TRoot>(string setPath, PersistentRegionOptions? options = null)
        where TRoot : unmanaged, IPersistentLayout<TRoot>
    {
        options ??= new PersistentRegionOptions();
        PoolSetRemotes.RefuseBeside(setPath, options.Replicator);
        return Over<TRoot>(RegionSet.Create(setPath, options.Mode, map => Fill(map, options, ReachableTypes.Of<TRoot>())));
    }

    /// <summary>Makes a region with a root of zeros in a map whose first 4,096 bytes are zero. Persisted on return.</summary>
    /// <typeparam name="TRoot">Type of the root, at most some 60 KiB.</typeparam>
    /// <param name="map">The map, readable and writable; nothing else may store to it.</param>
    /// <param name="options">Lanes and size of the logs.</param>
    /// <param name="leaveMapOpen">Whether disposing the region leaves the map undisposed; an error always does not.</param>
    /// <exception cref="ArgumentOutOfRangeException">The map is too small, or an option out of its range.</exception>
    /// <exception cref="PmemFormatException">The map begins with something else than zeros.</exception>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="PmemCapacityException">The root is too large, or it reaches more than 128 types.</exception>
    public static PersistentRegion Create<TRoot>(
        PmemMap map, PersistentRegionOptions? options = null, bool leaveMapOpen = false)
        where TRoot : unmanaged, IPersistentLayout<TRoot> =>
        Create<TRoot>(map, options ?? new PersistentRegionOptions(), leaveMapOpen, replicated: null);

    /// <summary>
    /// Opens a region; transactions that a crash interrupted are undone. Every type that the root reaches is compared with
    /// that of the region, and everything is judged, before any byte is changed.
    /// </summary>
    /// <typeparam name="TRoot">Type of the root.</typeparam>
    /// <param name="path">Path of the file, or of the pool set file that it was made with.</param>
    /// <param name="replicator">
    /// Opens the copies that were made with the region; null, the default, for one without, or where a set file names them.
    /// </param>
    /// <exception cref="ArgumentException">There is a replicator, and the path is that of a set file.</exception>
    /// <exception cref="PoolSetFileException">The set file cannot be used; line and column say where.</exception>
    /// <exception cref="LayoutMismatchException">A type has another layout; the message shows the difference field by field.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    /// <exception cref="PmemFormatException">No region, or of a later version.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemCapacityException">The program has new types, and the type table is full.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The region disposes map, copies and set; where there is no region, Over does.")]
    public static PersistentRegion Open<TRoot>(string path, IReplicator? replicator = null)
        where TRoot : unmanaged, IPersistentLayout<TRoot>
    {
        if (RegionSet.IsNamedBy(path))
        {
            PoolSetRemotes.RefuseBeside(path, replicator);
            return Over<TRoot>(RegionSet.Open(path));
        }

        RegionPlace place = RegionPlace.Of(path, replicator);
        path = place.Path;
        using PmemSource source = PmemSource.Open(path);
        source.LockExclusive("open");
        if (source.GetLengthBytes() < RegionGeometry.PageBytes)
        {
            throw new PmemFormatException(
                path,
                "file size",
                0,
                FormattableString.Invariant($"at least {RegionGeometry.PageBytes} bytes"),
                FormattableString.Invariant($"{source.GetLengthBytes()}"),
                "It is no region, or it was truncated.");
        }

        PmemMap map = PmemMap.Map(source);
        ReplicatedMap? replicated = place.Replicator is null ? null : ReplicatedMap.Open(map, place.Replicator, header: null);
        try
        {
            return Over<TRoot>(replicated?.Map ?? map, leaveMapOpen: false, _ => { }, replicated);
        }
        catch
        {
            replicated?.Dispose();
            throw;
        }
    }

    /// <summary>Opens the region in a map as <see cref="Open{TRoot}(string, IReplicator)"/> does.</summary>
    /// <typeparam name="TRoot">Type of the root.</typeparam>
    /// <param name="map">The map, readable and writable; nothing else may store to it.</param>
    /// <param name="leaveMapOpen">Whether disposing the region leaves the map undisposed; an error always does not.</param>
    /// <exception cref="InvalidOperationException">The map is read-only.</exception>
    /// <exception cref="LayoutMismatchException">A type has another layout; the message shows the difference field by field.</exception>
    /// <exception cref="PmemCorruptionException">Damaged or truncated.</exception>
    /// <exception cref="PmemFormatException">No region, or of a later version.</exception>
    /// <exception cref="PmemCapacityException">The program has new types, and the type table is full.</exception>
    public static PersistentRegion Open<TRoot>(PmemMap map, bool leaveMapOpen = false)
        where TRoot : unmanaged, IPersistentLayout<TRoot> =>
        Over<TRoot>(map, leaveMapOpen, _ => { }, replicated: null);

    private static PersistentRegion Create<TRoot>(
        PmemMap map, PersistentRegionOptions options, bool leaveMapOpen, ReplicatedMap? replicated)
        where TRoot : unmanaged, IPersistentLayout<TRoot> => Over<TRoot>(
            map,
            leaveMapOpen,
            types => Fill(map, options, types),
            replicated);

    private static PersistentRegion Over<TRoot>(RegionSet set)
        where TRoot : unmanaged, IPersistentLayout<TRoot>
    {
        try
        {
            using scoped PmemMapLease lease = set.Map.Lease();
            var core = RegionCore<MapMedium>.Open(
                set.Map.DangerousGetMedium(), set.Map.Path, ReachableTypes.Of<TRoot>(), set.MarkDirty);
            return new PersistentRegion(set.Map, core, leaveMapOpen: false, replicated: null, set);
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private static void Fill(PmemMap map, PersistentRegionOptions options, IReadOnlyList<RegionType> types) =>
        RegionHeader<MapMedium>.Create(map.DangerousGetMedium(), map.Path, Plan(map.LengthBytes, options), types);

    private static RegionGeometry Plan(long lengthBytes, PersistentRegionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Lanes, RegionGeometry.MaxLanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LogBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LogBytes, RegionGeometry.MaxLaneBytes - RegionGeometry.PageBytes);
        int lane = (options.LogBytes + LaneHeaderLayout.SizeBytes + RegionGeometry.PageBytes - 1) & -RegionGeometry.PageBytes;
        return RegionGeometry.Plan(new RegionFormat(lengthBytes, ChunkBytes, TypeCapacity, options.Lanes, lane))
            ?? throw new ArgumentOutOfRangeException(
                nameof(lengthBytes),
                FormattableString.Invariant(
                    $"A region of {lengthBytes} bytes has no room for objects behind {options.Lanes} lanes of {lane} bytes. Make it larger, or with fewer lanes."));
    }

    private static PersistentRegion Over<TRoot>(
        PmemMap map, bool leaveMapOpen, Action<IReadOnlyList<RegionType>> prepare, ReplicatedMap? replicated)
        where TRoot : unmanaged, IPersistentLayout<TRoot>
    {
        try
        {
            if (!map.IsWritable || (map.Protection & MapProtection.Read) == 0)
            {
                throw new InvalidOperationException($"'{map.Path}' is mapped with {map.Protection}; a region needs Read and Write.");
            }

            using scoped PmemMapLease lease = map.Lease();
            IReadOnlyList<RegionType> types = ReachableTypes.Of<TRoot>();
            prepare(types);
            var core = RegionCore<MapMedium>.Open(map.DangerousGetMedium(), map.Path, types);
            return new PersistentRegion(map, core, leaveMapOpen, replicated, set: null);
        }
        catch when (!leaveMapOpen)
        {
            map.Dispose();
            throw;
        }
    }
}
