using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>
/// A map whose every persist reaches copies elsewhere: through leases, cursors and pools alike. Threads: the map is as safe as
/// any; opening and disposing are one at a time.
/// </summary>
public sealed class ReplicatedMap : IDisposable
{
    private readonly ReplicationSwitch _switch = new();
    private readonly PersistRelay _relay;
    private readonly PmemMap _inner;

    private ReplicatedMap(PmemMap inner)
    {
        _inner = inner;
        _relay = new PersistRelay(_switch);
        Map = PmemMap.Join([inner], _relay);
    }

    /// <summary>Gets the map to store through.</summary>
    public PmemMap Map { get; }

    /// <summary>Makes the copies of a pool that is about to be made in a map. They hold what the map holds on return.</summary>
    /// <param name="map">The map, which belongs to the result or is disposed.</param>
    /// <param name="replicator">Makes them.</param>
    /// <param name="header">What their headers say; null for none.</param>
    public static ReplicatedMap Create(PmemMap map, IReplicator replicator, PartHeaderLayout? header)
    {
        ArgumentNullException.ThrowIfNull(replicator);
        return Of(map, whole => replicator.Create(whole, header));
    }

    /// <summary>Opens the copies of the pool in a map; nothing here is changed.</summary>
    /// <param name="map">The map, which belongs to the result or is disposed.</param>
    /// <param name="replicator">Opens them.</param>
    /// <param name="header">The header of the pool; null for none.</param>
    public static ReplicatedMap Open(PmemMap map, IReplicator replicator, PartHeaderLayout? header)
    {
        ArgumentNullException.ThrowIfNull(replicator);
        return Of(map, whole => replicator.Open(whole, header));
    }

    /// <inheritdoc cref="PersistRelay.BeginBatch"/>
    public PersistBatch BeginBatch() => _relay.BeginBatch();

    /// <summary>
    /// Waits for the copies and closes them; the map stays, and what is stored from now on stays here. Where batches are under
    /// way, the last of them does so when it ends.
    /// </summary>
    public void EndReplication() => _relay.End(_switch.End);

    /// <summary>Removes the copies, of a pool that was being made and failed.</summary>
    public void Undo() => _switch.Undo();

    /// <summary>Closes the copies as <see cref="EndReplication"/> does, and then the map.</summary>
    public void Dispose() => _relay.End(() =>
    {
        _switch.End();
        Map.Dispose();
        _inner.Dispose();
    });

    private static ReplicatedMap Of(PmemMap map, Func<PmemMap, IReplication> connect)
    {
        ArgumentNullException.ThrowIfNull(map);
        ReplicatedMap? replicated = null;
        try
        {
            replicated = new ReplicatedMap(map);
            replicated._switch.Begin(connect(replicated.Map));
            return replicated;
        }
        catch
        {
            replicated?.Dispose();
            map.Dispose();
            throw;
        }
    }
}
