using PmemTyped.Mapping;

namespace PmemTyped.Sets.PoolSets;

/// <summary>The parts of each replica as one map, and the other replicas behind the first one.</summary>
internal sealed class PoolSetJoinedMaps : IDisposable
{
    private readonly List<PmemMap> _owned = [];

    private PoolSetJoinedMaps(PmemMap? map) => Map = map!;

    internal PmemMap Map { get; private set; }

    internal List<PmemMap> Mirrors { get; } = [];

    /// <summary>Joins maps that lie next to each other.</summary>
    /// <param name="replicas">The maps of each replica, the first replica first.</param>
    /// <param name="poolBytes">As much of each as belongs to the pool.</param>
    internal static PoolSetJoinedMaps Of(IReadOnlyList<IReadOnlyList<PmemMap>> replicas, long poolBytes)
    {
        var joined = new PoolSetJoinedMaps(null);
        try
        {
            foreach (IReadOnlyList<PmemMap> mirror in replicas.Skip(1))
            {
                joined.Mirrors.Add(joined.Join(mirror, poolBytes, listener: null));
            }

            IPersistListener? listener = joined.Mirrors.Count == 0
                ? null
                : new PersistRelay(new PoolSetMirror<MapMedium>(
                    () => joined.Map.DangerousGetMedium(), [.. joined.Mirrors.Select(m => m.DangerousGetMedium())]));
            joined.Map = joined.Join(replicas[0], poolBytes, listener);
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
