using PmemTyped.Mapping;
using PmemTyped.Replication;

namespace ReplicatedLedger;

/// <summary>
/// The machine that writes. An entry is acknowledged when it is durable here and at every copy that is attached, two of three at
/// least; what the others miss is noted before.
/// </summary>
internal sealed class Writer(Machine machine) : IDisposable
{
    private readonly ReplicaPrimary _primary = ReplicaPrimary.Open(machine.Pool, Machine.PoolBytes, [.. machine.Others]);
    private readonly PmemMap _map = PmemMap.MapFile(machine.Part);
    private readonly Dictionary<int, RemotePool> _copies = [];

    /// <summary>Brings a copy up to date; from then on it receives every entry. Says what was sent.</summary>
    public ResyncProgress Attach(int number)
    {
        ReplicaPeer peer = machine.Others.Single(p => p.Number == number);
        _copies[number] = RemotePool.Open(peer.Transport, peer.Name, _map, new RemotePoolOptions { Epoch = _primary.Epoch });
        return _primary.Resync(_copies[number], number);
    }

    public void Write(int number)
    {
        long offset = Entry.OffsetOf(number);
        using (scoped PmemMapLease lease = _map.Lease())
        {
            lease.Copy(offset, Entry.Of(number));
        }

        foreach (ReplicaPeer peer in machine.Others)
        {
            if (_copies.TryGetValue(peer.Number, out RemotePool? copy))
            {
                copy.Persist(offset, Entry.Bytes);
            }
            else
            {
                _primary.Missed(peer.Number).Add(offset, Entry.Bytes);
            }
        }

        if (!_primary.MayAcknowledge)
        {
            throw new InvalidOperationException($"Entry {number} has too few copies.");
        }
    }

    public void Dispose()
    {
        _copies.Values.ToList().ForEach(c => c.Dispose());
        _primary.Dispose();
        _map.Dispose();
    }
}
