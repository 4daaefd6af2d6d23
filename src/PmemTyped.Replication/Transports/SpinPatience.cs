namespace PmemTyped.Replication.Transports;

/// <summary>
/// Whether it pays to look for bytes before parking for them. After a look that found nothing in time some waits park at once, twice
/// as many each time, so that a peer that is slow, idle, or without a processor because others look, costs next to nothing.
/// Threads: one.
/// </summary>
internal sealed class SpinPatience
{
    private const int MostDoublings = 6;

    private int _doublings;
    private int _skips;

    /// <summary>Whether this wait looks first; then what it found is told.</summary>
    internal bool Spins()
    {
        if (_skips == 0)
        {
            return true;
        }

        _skips--;
        return false;
    }

    internal void Found() => _doublings = 0;

    internal void Missed()
    {
        _doublings = Math.Min(_doublings + 1, MostDoublings);
        _skips = 1 << _doublings;
    }
}
