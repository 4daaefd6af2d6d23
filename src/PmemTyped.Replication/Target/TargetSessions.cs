using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>All pools that are open at a target, and who may do what with which. Threads: safe.</summary>
internal sealed partial class TargetSessions(ReplicaServerOptions options) : IDisposable
{
    private const long PageBytes = 4096;

    private readonly Lock _lock = new();
    private readonly List<TargetSession> _sessions = [];
    private readonly EndedSessions _ended = new();
    private readonly TargetStore _store = new(options);
    private readonly TargetHistory _history = new(options);
    private readonly TargetQuota _quota = new(options, new TargetStore(options));
    private int _begun;

    internal TargetSession Begin(ReplicaConnection control, ControlMessage message, bool isCreate, ulong epoch)
    {
        string operation = isCreate ? "create" : "open";
        string identity = control.PeerIdentity;
        Require(identity, message.Name, isCreate ? ReplicaRights.Create : ReplicaRights.Open, operation);
        if (message.Fixed.PoolBytes <= 0 || message.Fixed.PoolBytes % PageBytes != 0 || message.Fixed.Lanes == 0)
        {
            throw new FrameException(Errno.Invalid, "A window has whole pages, and at least one lane.");
        }

        EndLost(message.Name);
        if (Interlocked.Increment(ref _begun) > options.MaxSessions)
        {
            Interlocked.Decrement(ref _begun);
            throw new FrameException(RemoteErrno.Busy, "The target has too many pools open. Close one, or raise MaxSessions.");
        }

        bool hasBegun = false;
        try
        {
            TargetSession session = isCreate || epoch == 0
                ? New(control, message, isCreate, epoch, () => _history.Begin(message.Name, epoch, isCreate))
                : New(control, message, isCreate, epoch, Take(identity, message.Name, epoch));

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

    internal ReplicaMetadata History(string identity, string name)
    {
        Require(identity, name, ReplicaRights.Stat, "history");
        return _history.Read(name);
    }

    /// <summary>Promises an epoch, durably, and fences whoever has the pool open in a lower one.</summary>
    internal ReplicaMetadata Promise(string identity, string name, ulong epoch)
    {
        Require(identity, name, ReplicaRights.Open, "promise");
        ReplicaMetadata promised = _history.Promise(name, epoch);
        Tell(identity, "promise", name, Errno.None, FormattableString.Invariant($"epoch {epoch >> 8}.{epoch & 0xFF}"));
        FenceBelow(name, epoch);
        return promised;
    }

    internal ReplicaMetadata Replace(string identity, ControlMessage message, ulong epoch)
    {
        ReplicaMetadata wanted = message.Metadata
            ?? throw new FrameException(Errno.Invalid, "There are no metadata in the request.");
        bool promotes = wanted.Role == ReplicaRole.Primary;
        string operation = promotes ? "promote" : "history";
        Require(identity, message.Name, promotes ? ReplicaRights.Promote : ReplicaRights.Open, operation);
        ReplicaMetadata stored = _history.Replace(message.Name, wanted, epoch);
        Tell(identity, operation, message.Name, Errno.None, stored.ToString());
        if (promotes)
        {
            FenceBelow(message.Name, epoch + 1);
        }

        return stored;
    }

    internal void Close(TargetSession session, string how)
    {
        lock (_lock)
        {
            if (!_sessions.Remove(session))
            {
                return;
            }

            session.Grace?.Dispose();
        }

        End(session, how);
    }

    internal TargetSession Admit(Guid ticket, string identity)
    {
        lock (_lock)
        {
            if (_sessions.Find(s => s.TryUse(ticket, identity)) is { } session)
            {
                session.Facts.Fence.ThrowIfRaised();
                return session;
            }

            _ended.ThrowIfFenced(ticket, identity);
            throw new FrameException(Errno.Access, "The ticket is not valid, or not any more.");
        }
    }

    internal void SetAttributes(TargetSession session, RemotePoolAttributes attributes)
    {
        const string Operation = "set attributes";
        try
        {
            session.SetAttributes(in attributes);
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
        EndLost(message.Name);
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
        return stat with { IsOpen = IsOpen(name) };
    }

    internal void Refused(string identity, FrameException reason) =>
        Tell(identity, "refused", string.Empty, reason.Error, reason.Message);

    /// <summary>Lets all lanes serve what they received, so that drains that are under way are answered.</summary>
    internal void FinishLanes(in ReplicaDeadline deadline)
    {
        foreach (TargetSession session in Sessions())
        {
            session.FinishLanes(in deadline);
        }
    }

    public void Dispose()
    {
        foreach (TargetSession session in Sessions())
        {
            Close(session, "close");
        }
    }

    private void End(TargetSession session, string how)
    {
        try
        {
            session.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref _begun);
        }

        Tell(session.Identity, how, session.Name, Errno.None, string.Empty);
    }

    private TargetSession[] Sessions()
    {
        lock (_lock)
        {
            return [.. _sessions];
        }
    }

    private void Require(string identity, string name, ReplicaRights rights, string operation)
    {
        bool isGranted = options.Grants is null || options.Grants.Any(g => g.Covers(identity, name, rights));
        if (!isGranted)
        {
            Tell(identity, operation, name, Errno.Access, "no right");
            throw new FrameException(Errno.Access, $"'{identity}' may not {operation} this pool.");
        }
    }

    private void Tell(string identity, string operation, string name, int error, string message) =>
        options.Tell(new ReplicaAudit(identity, operation, name, error, message));
}
