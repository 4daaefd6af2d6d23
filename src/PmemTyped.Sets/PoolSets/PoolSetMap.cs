using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// The pool of a set file in memory: the parts of the first replica as one map, header of the first part included, and its
/// other local replicas, which every persist through that map reaches. Threads: the map is as safe as any; opening and
/// disposing are one at a time. (sets specification, section 19)
/// </summary>
public sealed class PoolSetMap : IDisposable
{
    private readonly List<PmemMap> _pieces = [];
    private readonly List<VmReservation> _reservations = [];
    private readonly List<PmemMap> _mirrors = [];
    private PmemMap? _map;

    private PoolSetMap(PoolSetFile file, ShutdownIdentity? identity)
    {
        File = file;
        Identity = identity;
    }

    /// <summary>Gets the set file.</summary>
    public PoolSetFile File { get; }

    /// <summary>Gets the pool: the bytes of the first replica, as many as the smallest replica has.</summary>
    public PmemMap Map => _map ?? throw new ObjectDisposedException(nameof(PoolSetMap));

    /// <summary>Gets the identity of the devices of the first replica, or null when it cannot be known.</summary>
    public ShutdownIdentity? Identity { get; }

    /// <summary>Gets the number of local replicas besides the first one.</summary>
    public int MirrorCount => _mirrors.Count;

    /// <summary>
    /// Opens and locks all parts, compares all headers and maps the replicas. Nothing is changed, except that a replica which
    /// a crash left behind the first one is brought up to it when the pool is writable.
    /// </summary>
    /// <param name="file">The set.</param>
    /// <param name="signature">The signature of the pool type that is looked for.</param>
    /// <param name="access">What will be done with it.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="PmemIOException">A part is missing, or may not be opened.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemFormatException">A part is foreign, swapped, resized; the message names it.</exception>
    /// <exception cref="PmemCorruptionException">A header is damaged; the message names its part.</exception>
    public static PoolSetMap Open(
        PoolSetFile file, ulong signature, PoolSetAccess access = PoolSetAccess.Write, PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        using PoolSetFiles files = PoolSetFiles.Open(file, access == PoolSetAccess.Write, platform);
        files.RequireHeaders(signature);
        var set = new PoolSetMap(file, files.Identity(0));
        try
        {
            set.MapAll(files, access);
            if (access == PoolSetAccess.Write && files.ReadHeaders()[0][0].ShutdownState.Dirty != 0)
            {
                set.CatchUp();
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the files of a new pool with all headers but that of the very first part: without it there is no pool, so that
    /// whoever fills the pool writes it last. When anything fails, new files are removed.
    /// </summary>
    /// <param name="file">The set. Parts that exist must have the right size and a first page of zeros.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="fill">Receives the map, the header to write last, and whether all bytes are known to be zero.</param>
    /// <param name="creation">Sizes, mode and time.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <returns>The open set; persisted, directory entries included.</returns>
    /// <exception cref="PmemIOException">A part cannot be created.</exception>
    /// <exception cref="PmemFormatException">A part or the pool is too small or in use, or the set has remote replicas.</exception>
    public static PoolSetMap Create(
        PoolSetFile file,
        ulong signature,
        Action<PmemMap, PartHeaderLayout, bool> fill,
        PoolSetCreation creation,
        PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentNullException.ThrowIfNull(creation);
        using PoolSetFiles files = PoolSetFiles.Create(file, creation.MinPoolBytes, creation.IsSparse, platform);
        PoolSetMap? set = null;
        try
        {
            RequireSizes(files, creation);
            set = new PoolSetMap(file, files.Identity(0));
            set.MapAll(files, PoolSetAccess.Write);
            PartHeaderLayout[][] headers = PoolSetHeaders.New(files, signature, creation.TimeSeconds);
            foreach (PoolSetPartFile part in files.All.Where(p => p.HasHeader && (p.Replica > 0 || p.Index > 0)))
            {
                part.WriteHeader(in headers[part.Replica][part.Index]);
            }

            fill(set.Map, headers[0][0], files.All.All(p => p.IsNew));
            files.Finish(creation.Mode);
            return set;
        }
        catch
        {
            set?.Dispose();
            files.Undo();
            throw;
        }
    }

    /// <summary>Unmaps everything and lets go of the files. Nothing is flushed.</summary>
    public void Dispose()
    {
        _map?.Dispose();
        _map = null;
        foreach (PmemMap map in _mirrors.Concat(_pieces))
        {
            map.Dispose();
        }

        foreach (VmReservation reservation in _reservations)
        {
            // A lease that has not ended keeps its memory; the address space follows when nothing refers to it any more.
            if (reservation.IsFree(0, reservation.LengthBytes))
            {
                reservation.Dispose();
            }
        }

        _mirrors.Clear();
        _pieces.Clear();
        _reservations.Clear();
    }

    private static void RequireSizes(PoolSetFiles files, PoolSetCreation creation)
    {
        foreach (PoolSetPartFile part in files.All.Where(p => p.FileBytes < PoolSetCreation.MinPartBytes))
        {
            throw new PmemFormatException(
                part.Path, $"file size of {part.Name}", 0, FormattableString.Invariant($"at least {PoolSetCreation.MinPartBytes} bytes"),
                FormattableString.Invariant($"{part.FileBytes}"), "Give every part at least 2 MiB.");
        }

        if (files.PoolBytes < creation.MinPoolBytes)
        {
            throw new PmemFormatException(
                files.Set.Path, "pool size", 0, FormattableString.Invariant($"at least {creation.MinPoolBytes} bytes"),
                FormattableString.Invariant($"{files.PoolBytes}"), "Give the replica larger parts, or more of them.");
        }
    }

    private void MapAll(PoolSetFiles files, PoolSetAccess access)
    {
        long poolBytes = files.PoolBytes;

        // Only what is written needs its mirrors.
        int count = access == PoolSetAccess.Write ? files.Replicas.Count : 1;
        for (int r = count - 1; r > 0; r--)
        {
            _mirrors.Insert(0, Join(MapParts(files.Replicas[r], access), poolBytes, listener: null));
        }

        IPersistListener? mirror = _mirrors.Count == 0 ? null : new PersistRelay(new PoolSetMirror(() => Map, _mirrors));
        _map = Join(MapParts(files.Replicas[0], access), poolBytes, mirror);
    }

    private List<PmemMap> MapParts(IReadOnlyList<PoolSetPartFile> parts, PoolSetAccess access)
    {
        VmReservation reservation = VmReservation.Create(parts.Sum(p => p.ContentBytes));
        _reservations.Add(reservation);
        List<PmemMap> maps = [];
        long place = 0;
        foreach (PoolSetPartFile part in parts)
        {
            PmemMap map = part.MapContent(reservation, place, isPrivate: access == PoolSetAccess.Private);
            _pieces.Add(map);
            maps.Add(map);
            place += part.ContentBytes;
        }

        return maps;
    }

    private PmemMap Join(List<PmemMap> parts, long poolBytes, IPersistListener? listener)
    {
        PmemMap whole = PmemMap.Join(parts, listener);
        if (whole.LengthBytes == poolBytes)
        {
            return whole;
        }

        _pieces.Add(whole);
        return whole.Slice(0, poolBytes);
    }

    private void CatchUp() => PoolSetMirror.Equalize(Map, _mirrors);
}
