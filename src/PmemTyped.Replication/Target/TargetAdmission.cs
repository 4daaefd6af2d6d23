namespace PmemTyped.Replication.Target;

/// <summary>
/// Bounds what strangers cost: how many connections may be open without a pool, and how often an address may fail to say who
/// it is. Who succeeds is never counted, so that no initiator meets the limit. Threads: safe.
/// </summary>
/// <param name="options">The bounds.</param>
/// <param name="clockMs">Milliseconds that only grow.</param>
internal sealed class TargetAdmission(ReplicaServerOptions options, Func<long> clockMs)
{
    /// <summary>Addresses that are remembered; when there are more, the network is under attack, and new ones wait.</summary>
    internal const int MaxAddresses = 4096;

    private const long MinuteMs = 60_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Failures, long AtMs)> _failed = [];
    private int _pending;

    /// <summary>Takes a place; false when there is none, or the address failed too often.</summary>
    /// <param name="address">Where the connection comes from; empty for this machine, which is not limited.</param>
    internal bool TryEnter(string address)
    {
        lock (_lock)
        {
            if (_pending >= options.MaxPending || IsTooOften(address))
            {
                return false;
            }

            _pending++;
            return true;
        }
    }

    /// <summary>Gives the place back: the connection got a pool, or ended.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _pending--;
        }
    }

    /// <summary>A connection of the address ended before it said who it is and what it wants.</summary>
    internal void NoteFailure(string address)
    {
        if (address.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            long now = clockMs();
            _failed[address] = (FailuresOf(address, now) + 1, now);
        }
    }

    private bool IsTooOften(string address)
    {
        if (address.Length == 0)
        {
            return false;
        }

        long now = clockMs();
        if (_failed.Count >= MaxAddresses && !_failed.ContainsKey(address))
        {
            foreach (string calm in _failed.Keys.Where(a => FailuresOf(a, now) <= 0).ToArray())
            {
                _failed.Remove(calm);
            }

            return _failed.Count >= MaxAddresses;
        }

        // One more must have room as a whole.
        return FailuresOf(address, now) > options.MaxFailuresPerMinute - 1;
    }

    // Failures are forgotten evenly, all of them in a minute.
    private double FailuresOf(string address, long now) =>
        _failed.TryGetValue(address, out (double Failures, long AtMs) seen)
            ? Math.Max(0, seen.Failures - ((double)(now - seen.AtMs) / MinuteMs * options.MaxFailuresPerMinute))
            : 0;
}
