namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Hands out lanes (block pool format, section 10.1). Lanes are taken in turn, as the reference does, so that the same
/// operations leave the same bytes; a busy lane is passed over. Holding a lane keeps the pool open.
/// Threads: safe; more threads than lanes queue.
/// </summary>
internal sealed class LanePool
{
    private readonly Lock[] _locks;
    private uint _next;
    private bool _isClosed;

    internal LanePool(int lanes)
    {
        _locks = new Lock[lanes];
        for (int lane = 0; lane < lanes; lane++)
        {
            _locks[lane] = new Lock();
        }
    }

    internal int Count => _locks.Length;

    /// <summary>Two lanes per CPU, at least two, at most as many as the arenas have.</summary>
    internal static int DefaultCount(int lanesOfArenas) =>
        Math.Min(lanesOfArenas, 2 * Environment.ProcessorCount);

    /// <summary>Takes a lane; <see cref="Exit"/> gives it back.</summary>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    internal int Enter()
    {
        int lane = Take();
        if (_isClosed)
        {
            _locks[lane].Exit();
            throw new ObjectDisposedException(nameof(BlockPool));
        }

        return lane;
    }

    internal void Exit(int lane) => _locks[lane].Exit();

    /// <summary>Waits for operations under way and refuses later ones, then runs an action; once only.</summary>
    internal void Close(Action whenQuiet)
    {
        TakeAll();
        try
        {
            if (!_isClosed)
            {
                _isClosed = true;
                whenQuiet();
            }
        }
        finally
        {
            ExitAll();
        }
    }

    /// <summary>Runs an action while no operation is under way.</summary>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    internal TResult WhileQuiet<TResult>(Func<TResult> action)
    {
        TakeAll();
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(BlockPool));
            return action();
        }
        finally
        {
            ExitAll();
        }
    }

    private int Take()
    {
        uint first = (Interlocked.Increment(ref _next) - 1) % (uint)_locks.Length;
        for (uint i = 0; i < _locks.Length; i++)
        {
            uint lane = (first + i) % (uint)_locks.Length;
            if (_locks[lane].TryEnter())
            {
                return (int)lane;
            }
        }

        _locks[first].Enter();
        return (int)first;
    }

    private void TakeAll()
    {
        foreach (Lock lane in _locks)
        {
            lane.Enter();
        }
    }

    private void ExitAll()
    {
        foreach (Lock lane in _locks)
        {
            lane.Exit();
        }
    }
}
