using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>All pools that are open at a target, and who may do what with which. Threads: safe.</summary>
internal sealed class TargetSessions(ReplicaServerOptions options) : IDisposable
{
    private const long PageBytes = 4096;

    private readonly Lock _lock = new();
    private readonly List<TargetSession> _sessions = [];
    private readonly TargetStore _store = new(options);
    private int _begun;

    internal TargetSession Begin(string identity, ControlMessage message, bool isCreate)
    {
        string operation = isCreate ? "create" : "open";
        Require(identity, message.Name, isCreate ? ReplicaRights.Create : ReplicaRights.Open, operation);
        if (message.Fixed.PoolBytes <= 0 || message.Fixed.PoolBytes % PageBytes != 0 || message.Fixed.Lanes == 0)
        {
            throw new FrameException(Errno.Invalid, "A window has whole pages, and at least one lane.");
        }

        if (Interlocked.Increment(ref _begun) > options.MaxSessions)
        {
            Interlocked.Decrement(ref _begun);
            throw new FrameException(RemoteErrno.Busy, "The target has too many pools open. Close one, or raise MaxSessions.");
        }

        bool hasBegun = false;
        try
        {
            TargetPool pool = isCreate
                ? _store.Create(message.Name, message.Fixed.PoolBytes, message.Attributes ?? default)
                : _store.Open(message.Name, message.Fixed.PoolBytes);
            LaneFacts facts = new(pool.Map, message.Fixed.PoolBytes, pool.HasHeaders, TargetSession.FirstEpoch, pool.Durability);
            int lanes = (int)Math.Min(message.Fixed.Lanes, (uint)options.MaxLanes);
            var session = new TargetSession(message.Name, identity, pool, facts, lanes, isCreate);
            lock (_lock)
            {
                _sessions.Add(session);
            }

            hasBegun = true;
            Tell(identity, operation, message.Name, Errno.None, string.Empty);
            return session;
        }
        catch (FrameException e)
        {
            Tell(identity, operation, message.Name, e.Error, e.Message);
            throw;
        }
        finally
        {
            if (!hasBegun)
            {
                Interlocked.Decrement(ref _begun);
            }
        }
    }

    internal void Close(TargetSession session, string how)
    {
        lock (_lock)
        {
            if (!_sessions.Remove(session))
            {
                return;
            }
        }

        session.Dispose();
        Interlocked.Decrement(ref _begun);
        Tell(session.Identity, how, session.Name, Errno.None, string.Empty);
    }

    internal TargetSession Admit(Guid ticket, string identity)
    {
        lock (_lock)
        {
            return _sessions.Find(s => s.TryUse(ticket, identity))
                ?? throw new FrameException(Errno.Access, "The ticket is not valid, or not any more.");
        }
    }

    internal void SetAttributes(TargetSession session, RemotePoolAttributes attributes)
    {
        const string Operation = "set attributes";
        try
        {
            session.Pool.SetAttributes(in attributes);
            Tell(session.Identity, Operation, session.Name, Errno.None, string.Empty);
        }
        catch (Exception e) when (e is (PmemException and not FrameException) or IOException or UnauthorizedAccessException)
        {
            Tell(session.Identity, Operation, session.Name, Errno.InputOutput, e.Message);
            throw new FrameException(Errno.InputOutput, $"The attributes could not be written: {e.Message}", e);
        }
    }

    internal void Remove(string identity, ControlMessage message)
    {
        const string Operation = "remove";
        Require(identity, message.Name, ReplicaRights.Remove, Operation);
        try
        {
            _store.Remove(
                message.Name, (message.Options & ControlOptions.Force) != 0, (message.Options & ControlOptions.SetFile) != 0);
            Tell(identity, Operation, message.Name, Errno.None, string.Empty);
        }
        catch (FrameException e)
        {
            Tell(identity, Operation, message.Name, e.Error, e.Message);
            throw;
        }
    }

    internal RemotePoolStat Stat(string identity, string name)
    {
        Require(identity, name, ReplicaRights.Stat, "stat");
        RemotePoolStat stat = _store.Stat(name);
        lock (_lock)
        {
            return stat with { IsOpen = _sessions.Exists(s => s.Name == name) };
        }
    }

    internal void Refused(string identity, FrameException reason) =>
        Tell(identity, "refused", string.Empty, reason.Error, reason.Message);

    public void Dispose()
    {
        TargetSession[] left;
        lock (_lock)
        {
            left = [.. _sessions];
        }

        foreach (TargetSession session in left)
        {
            Close(session, "close");
        }
    }

    private void Require(string identity, string name, ReplicaRights rights, string operation)
    {
        bool isGranted = options.Grants is null || options.Grants.Any(g =>
            g.Identity == identity && name.StartsWith(g.NamePrefix, StringComparison.Ordinal) && (g.Rights & rights) == rights);
        if (!isGranted)
        {
            Tell(identity, operation, name, Errno.Access, "no right");
            throw new FrameException(Errno.Access, $"'{identity}' may not {operation} this pool.");
        }
    }

    private void Tell(string identity, string operation, string name, int error, string message) =>
        options.Audit?.Invoke(new ReplicaAudit(identity, operation, name, error, message));
}
