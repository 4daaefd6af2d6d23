using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// The pool of a set file in memory: the parts of the first replica as one map, header of the first part included, and its
/// other local replicas, which every persist through that map reaches. Threads: the map is as safe as any; opening and
/// disposing are one at a time. (sets specification, section 19)
/// </summary>
public sealed partial class PoolSetMap : IDisposable
{
    private readonly List<PoolSetReplicaMap> _replicas = [];
    private readonly List<PoolSetJoinedMaps> _former = [];
    private readonly PoolSetAccess _access;

    // Null where the set has no remote replicas, or they are not needed.
    private readonly ReplicationSwitch? _remotes;
    private PoolSetJoinedMaps? _joined;

    private PoolSetMap(PoolSetFile file, ShutdownIdentity? identity, PoolSetAccess access)
    {
        File = file;
        Identity = identity;
        _access = access;
        _remotes = access == PoolSetAccess.Write && file.Replicas.Any(r => r.IsRemote) ? new ReplicationSwitch() : null;
    }

    /// <summary>Gets the set file, with the lines that growth has added.</summary>
    public PoolSetFile File { get; private set; }

    /// <summary>Gets the pool: the bytes of the first replica, as many as the smallest replica has.</summary>
    public PmemMap Map => _joined?.Map ?? throw new ObjectDisposedException(nameof(PoolSetMap));

    /// <summary>Gets the identity of the devices of the first replica, or null when it cannot be known.</summary>
    public ShutdownIdentity? Identity { get; private set; }

    /// <summary>Gets the number of local replicas besides the first one.</summary>
    public int MirrorCount => _joined?.Mirrors.Count ?? 0;

    /// <summary>Gets a value indicating whether what is persisted is copied, to local replicas or to remote ones.</summary>
    public bool HasCopies => MirrorCount > 0 || _remotes is not null;

    internal IReadOnlyList<PoolSetReplicaMap> Replicas => _replicas;

    internal bool IsInDirectories => Directory.Exists(File.Replicas[0].Parts[0].Path);

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
    /// <exception cref="InvalidOperationException">The set has remote replicas, and nobody reaches them; see <see cref="PoolSetRemotes"/>.</exception>
    public static PoolSetMap Open(
        PoolSetFile file, ulong signature, PoolSetAccess access = PoolSetAccess.Write, PmemPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        IReplicator? replicator = access == PoolSetAccess.Write ? PoolSetRemotes.Of(file) : null;
        using PoolSetFiles files = PoolSetFiles.Open(file, access == PoolSetAccess.Write, platform, allowsRemote: true);
        PartHeaderLayout[][] headers = files.SettleHeaders(signature, writes: false, out PartHeaderLayout first);
        files.RequireHeaders(signature, headers);
        bool isMirrorBehind = headers[0][0].ShutdownState.Dirty != 0;
        return Mapped(files, access, 0, set =>
        {
            if (access == PoolSetAccess.Write)
            {
                // Before a byte changes: a remote replica may refuse.
                set._remotes?.Begin(replicator!.Open(set.Map, headers[0][0]));
                _ = files.SettleHeaders(signature, writes: true, out _);
                if (isMirrorBehind)
                {
                    set.EqualizeMirrors();
                }
            }
            else
            {
                // On private pages, so that the pool in them looks as after the next open for writing.
                set.Map.DangerousGetMedium().Store(0, Blittable.AsBytes(in first));
            }
        });
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
    /// <exception cref="PmemFormatException">A part or the pool is too small or in use.</exception>
    /// <exception cref="InvalidOperationException">The set has remote replicas, and nobody reaches them; see <see cref="PoolSetRemotes"/>.</exception>
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
        IReplicator? replicator = PoolSetRemotes.Of(file);
        using PoolSetFiles files = PoolSetFiles.Create(file, creation.MinPoolBytes, creation.IsSparse, platform);
        PoolSetMap? set = null;
        try
        {
            RequireSizes(files, creation);
            set = Mapped(files, PoolSetAccess.Write, 0, _ => { });
            PartHeaderLayout[][] headers = PoolSetHeaders.New(files, signature, creation.TimeSeconds);
            foreach (PoolSetPartFile part in files.All.Where(p => p.HasHeader && (p.Replica > 0 || p.Index > 0)))
            {
                part.WriteHeader(in headers[part.Replica][part.Index]);
            }

            set._remotes?.Begin(replicator!.Create(set.Map, headers[0][0]));
            fill(set.Map, headers[0][0], files.All.All(p => p.IsNew));
            files.Finish(creation.Mode);
            return set;
        }
        catch
        {
            set?._remotes?.Undo();
            set?.Dispose();
            files.Undo();
            throw;
        }
    }

    /// <summary>
    /// Joins the drains of this thread until the batch ends, so that remote replicas are waited for once. Does nothing for a set
    /// without them. See <see cref="PersistRelay.BeginBatch"/>.
    /// </summary>
    public PersistBatch BeginBatch() => _remotes is null ? default : _joined!.Relay!.BeginBatch();

    /// <summary>
    /// Waits for the remote replicas and closes them; what is stored from now on stays on this machine. Where batches are under
    /// way, the last of them does so when it ends.
    /// </summary>
    public void EndReplication()
    {
        if (_remotes is not null)
        {
            _joined?.Relay?.End(_remotes.End);
        }
    }

    /// <summary>
    /// Closes the remote replicas as <see cref="EndReplication"/> does, then unmaps everything and lets go of the files. Nothing
    /// is flushed.
    /// </summary>
    public void Dispose()
    {
        if (_joined?.Relay is { } relay)
        {
            relay.End(Release);
        }
        else
        {
            Release();
        }
    }

    private void Release()
    {
        _remotes?.End();
        foreach (PoolSetJoinedMaps joined in _former)
        {
            joined.Dispose();
        }

        _joined?.Dispose();
        _joined = null;
        foreach (PoolSetReplicaMap replica in _replicas)
        {
            replica.Dispose();
        }

        _former.Clear();
        _replicas.Clear();
    }

    /// <summary>Brings all mirrors up to the first replica. Persisted on return.</summary>
    internal void EqualizeMirrors() => PoolSetMirror<MapMedium>.Equalize(
        Map.DangerousGetMedium(), [.. _joined!.Mirrors.Select(m => m.DangerousGetMedium())]);

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

    /// <summary>Maps a replica, and for writing those behind it, which become its mirrors.</summary>
    internal static PoolSetMap Mapped(PoolSetFiles files, PoolSetAccess access, int first, Action<PoolSetMap> whenMapped)
    {
        var set = new PoolSetMap(files.Set, files.Identity(first), access);
        try
        {
            int end = access == PoolSetAccess.Write ? files.Replicas.Count : first + 1;
            for (int r = first; r < end; r++)
            {
                set._replicas.Add(PoolSetReplicaMap.Of(files.Replicas[r], files.Set.LocalReplicas[r], access));
            }

            set._joined = PoolSetJoinedMaps.Of([.. set._replicas.Select(r => r.Parts)], files.PoolBytes, set._remotes);
            whenMapped(set);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }
}
