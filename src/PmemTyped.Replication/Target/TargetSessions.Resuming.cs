using System.Diagnostics.CodeAnalysis;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <content>
/// Sessions whose control connection was lost: kept for the grace time, so that the initiator can go on where it was, unless
/// somebody else wants the pool meanwhile.
/// </content>
internal sealed partial class TargetSessions
{
    /// <summary>The control connection of a session ended without a close.</summary>
    internal void Detach(TargetSession session, ReplicaConnection control)
    {
        lock (_lock)
        {
            if (session.Control != control || !_sessions.Contains(session))
            {
                // It was resumed, or closed.
                return;
            }

            session.Control = null;
            if (options.ResumeTimeout > TimeSpan.Zero)
            {
                session.Grace = new Timer(_ => EndUnseen(session), null, options.ResumeTimeout, Timeout.InfiniteTimeSpan);
                return;
            }

            _ended.Keep(session);
        }

        Close(session, "lost");
    }

    /// <summary>Gives a session to the connection of its initiator; one that it had, and lost without our noticing, ends.</summary>
    internal TargetSession Resume(ReplicaConnection control, Guid token)
    {
        const string Operation = "resume";
        string identity = control.PeerIdentity;
        TargetSession? session;
        lock (_lock)
        {
            session = _sessions.Find(s => s.Token == token && s.Identity == identity);
            if (session is not null)
            {
                session.Control?.Abort();
                session.Control = control;
                session.Grace?.Dispose();
                session.Grace = null;
            }
        }

        if (session is null)
        {
            FrameException refusal = RefusalOf(token, identity);
            Tell(identity, Operation, string.Empty, refusal.Error, refusal.Message);
            throw refusal;
        }

        Tell(identity, Operation, session.Name, Errno.None, string.Empty);
        return session;
    }

    private FrameException RefusalOf(Guid token, string identity)
    {
        try
        {
            lock (_lock)
            {
                _ended.ThrowIfFenced(token, identity);
            }

            return new FrameException(Errno.Access, "There is no such session, or not any more.");
        }
        catch (FrameException fenced)
        {
            return fenced;
        }
    }

    private void EndIfLost(TargetSession session)
    {
        lock (_lock)
        {
            if (session.Control is not null)
            {
                return;
            }

            // From here nobody finds it; a resume that came first has put its connection in.
            session.Grace?.Dispose();
            session.Grace = null;
            if (!_sessions.Remove(session))
            {
                return;
            }

            _ended.Keep(session);
        }

        End(session, "lost");
    }

    // Nobody is there to be told by an exception.
    [SuppressMessage("Design", "CA1031", Justification = "A pool that cannot be closed in good order costs that pool, not the process.")]
    private void EndUnseen(TargetSession session)
    {
        try
        {
            EndIfLost(session);
        }
        catch (Exception e)
        {
            Tell(session.Identity, "failed", session.Name, RemoteErrno.RemoteInputOutput, e.ToString());
        }
    }

    private void EndLost(string name)
    {
        TargetSession[] lost;
        lock (_lock)
        {
            lost = [.. _sessions.Where(s => s.Name == name && s.Control is null)];
        }

        Array.ForEach(lost, EndIfLost);
    }
}
