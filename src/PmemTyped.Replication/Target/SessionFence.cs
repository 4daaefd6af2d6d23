using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>
/// Keeps the lanes of a session out of its pool once another writer was promised a higher epoch. Entering costs two atomic
/// additions for frames that arrived together. Threads: safe.
/// </summary>
internal sealed class SessionFence
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private int _inside;
    private ulong _raisedBy;

    internal bool IsRaised => Volatile.Read(ref _raisedBy) != 0;

    /// <summary>Goes in, or throws because another writer took over; then <see cref="Exit"/> is called all the same.</summary>
    internal void Enter()
    {
        Interlocked.Increment(ref _inside);
        ThrowIfRaised();
    }

    internal void Exit() => Interlocked.Decrement(ref _inside);

    /// <summary>Throws when another writer took over.</summary>
    internal void ThrowIfRaised()
    {
        ulong by = Volatile.Read(ref _raisedBy);
        if (by != 0)
        {
            throw new FrameException(RemoteErrno.Stale, FormattableString.Invariant(
                $"Another writer took over with epoch {by >> 8}.{by & 0xFF}; this one may not write, nor acknowledge, any more"));
        }
    }

    /// <summary>Lets nobody in from now on.</summary>
    internal void Shut(ulong epoch) => Interlocked.Exchange(ref _raisedBy, epoch);

    /// <summary>Lets nobody in from now on, and waits a little until all are out; false when somebody is still inside.</summary>
    internal bool Raise(ulong epoch)
    {
        Shut(epoch);
        return SpinWait.SpinUntil(() => Volatile.Read(ref _inside) == 0, s_patience);
    }
}
