using PmemTyped.Mapping;

namespace PmemTyped.Sets.PoolSets;

/// <summary>The parts of each replica as one map, and the other replicas behind the first one.</summary>
internal sealed class PoolSetJoinedMaps : IDisposable
{
    private readonly List<PmemMap> _owned = [];

    private PoolSetJoinedMaps(PmemMap? map) => Map = map!;

    internal PmemMap Map { get; private set; }

    /// <summary>Gets what tells the other replicas; null where there are none.</summary>
    internal PersistRelay? Relay { get; private set; }

    internal List<PmemMap> Mirrors { get; } = [];

    /// <summary>Joins maps that lie next to each other.</summary>
    /// <param name="replicas">The maps of each replica, the first replica first.</param>
    /// <param name="poolBytes">As much of each as belongs to the pool.</param>
    /// <param name="remotes">Stands before the remote replicas; null where there are none.</param>
    internal static PoolSetJoinedMaps Of(
        IReadOnlyList<IReadOnlyList<PmemMap>> replicas, long poolBytes, ReplicationSwitch? remotes = null)
    {
        var joined = new PoolSetJoinedMaps(null);
        try
        {
            foreach (IReadOnlyList<PmemMap> mirror in replicas.Skip(1))
            {
                joined.Mirrors.Add(joined.Join(mirror, poolBytes, listener: null));
            }

            IPersistObserver? observer = joined.Mirrors.Count == 0
                ? remotes
                : new PoolSetMirror<MapMedium>(
                    () => joined.Map.DangerousGetMedium(), [.. joined.Mirrors.Select(m => m.DangerousGetMedium())], remotes);
            joined.Relay = observer is null ? null : new PersistRelay(observer);
            joined.Map = joined.Join(replicas[0], poolBytes, joined.Relay);
            return joined;
        }
        catch
        {
            joined.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (PmemMap map in _owned)
        {
            map.Dispose();
        }
    }

    private PmemMap Join(IReadOnlyList<PmemMap> parts, long poolBytes, IPersistListener? listener)
    {
        PmemMap whole = PmemMap.Join(parts, listener);
        _owned.Add(whole);
        if (whole.LengthBytes > poolBytes)
        {
            whole = whole.Slice(0, poolBytes);
            _owned.Add(whole);
        }

        return whole;
    }
}
