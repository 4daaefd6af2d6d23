using System.Diagnostics;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// For how many writers a group waits before its waves begin. Writers whose waves have just ended often write again at
/// once; a group that leaves without them halves what a wave is shared by. So a group waits for as many as there were, for
/// a moment; where that was in vain or took long, the next groups do not, more of them each time. Threads: the caller's lock.
/// </summary>
internal sealed class CommitDelay
{
    /// <summary>The shortest time that a thread can wait for another.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1);

    private const int FirstPause = 16;
    private const int LongestPause = 1024;

    private int _writers;
    private int _target;
    private int _pause;
    private int _nextPause = FirstPause;
    private TimeSpan _lasted;
    private long _began;

    /// <summary>Gets a value indicating whether others are about to write.</summary>
    internal bool ExpectsOthers => _pause == 0 && _writers > 1;

    /// <summary>Notes that waves have ended.</summary>
    /// <param name="written">Writers who are done now.</param>
    /// <param name="formed">Writers who wait for the next waves already.</param>
    /// <param name="lasted">How long the waves took.</param>
    internal void Written(int written, int formed, TimeSpan lasted)
    {
        _writers = written + formed;
        _lasted = lasted;
        if (_pause > 0)
        {
            _pause--;
        }
    }

    /// <summary>Begins to wait, for no more than so many writers.</summary>
    internal void Begin(int capacity)
    {
        _target = ExpectsOthers ? Math.Min(_writers, capacity) : 0;
        _began = Stopwatch.GetTimestamp();
    }

    /// <summary>Whether to wait on. No means that the waves begin, and waiting has begun for nobody else.</summary>
    internal bool GoesOn(int formed)
    {
        if (_target == 0)
        {
            return false;
        }

        TimeSpan waited = Stopwatch.GetElapsedTime(_began);
        bool isComplete = formed >= _target;
        if (!isComplete && waited < Longest)
        {
            return true;
        }

        Learn(isComplete && waited <= _lasted / 2);
        _target = 0;
        return false;
    }

    /// <summary>Whether the writer who has come is the last one waited for.</summary>
    internal bool IsLast(int formed) => formed == _target;

    private void Learn(bool isWorthIt)
    {
        if (isWorthIt)
        {
            _nextPause = FirstPause;
        }
        else
        {
            _pause = _nextPause;
            _nextPause = Math.Min(2 * _nextPause, LongestPause);
        }
    }
}
