namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Threads that found something taken and sleep until it is given back. Giving back must not pay for that: it stores that
/// the thing is free and then looks whether anybody sleeps, without a fence between the two. The sleeper makes up for it: it
/// announces itself and then has the kernel run a fence in every thread of the process, so a thread that gives back either sees
/// the announcement or is seen by the sleeper's last look. Threads: safe.
/// </summary>
/// <param name="wakesAll">Whether those who sleep wait for different things, so that all have to look.</param>
internal sealed class Sleepers(bool wakesAll)
{
    private readonly object _gate = new();
    private int _count;

    /// <summary>Tries once, and keeps what it got in the state.</summary>
    internal delegate bool Taking<TState>(ref TState state);

    /// <summary>Called behind the store that gives something back.</summary>
    internal void WakeIfAny()
    {
        if (Volatile.Read(ref _count) != 0)
        {
            Wake();
        }
    }

    /// <summary>Sleeps until a try succeeds.</summary>
    internal void SleepUntil<TState>(Taking<TState> take, ref TState state)
    {
        lock (_gate)
        {
            _count++;
            try
            {
                Interlocked.MemoryBarrierProcessWide();
                while (!take(ref state))
                {
                    _ = Monitor.Wait(_gate);
                }
            }
            finally
            {
                _count--;
            }
        }
    }

    // The gate is free only while the sleepers sleep, so none of them can miss this.
    private void Wake()
    {
        lock (_gate)
        {
            if (wakesAll)
            {
                Monitor.PulseAll(_gate);
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }
    }
}
