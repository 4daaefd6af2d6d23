using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <content>How a session gets its pool and its epoch, and how it loses both to a later writer.</content>
internal sealed partial class TargetSessions
{
    private const int HandingOverSliceMs = 5;
    private static readonly TimeSpan s_handingOver = TimeSpan.FromSeconds(1);

    // A writer that was promised its epoch keeps it through lost connections; a second session of one epoch is refused as busy.
    private Func<ulong> Take(string identity, string name, ulong epoch)
    {
        _history.Require(name, epoch, out bool isPromised);
        if (!isPromised)
        {
            _ = Promise(identity, name, epoch);
        }

        return () => epoch;
    }

    private TargetSession New(ReplicaConnection control, ControlMessage message, bool isCreate, ulong asked, Func<ulong> epoch)
    {
        TargetPool pool = isCreate ? Create(control.PeerIdentity, message) : Open(message, asked);
        try
        {
            LaneFacts facts = new(pool.Map, message.Fixed.PoolBytes, pool.HasHeaders, epoch(), pool.Durability);
            int lanes = (int)Math.Min(message.Fixed.Lanes, (uint)options.MaxLanes);
            var session = new TargetSession(message.Name, control.PeerIdentity, pool, facts, lanes, isCreate) { Control = control };
            lock (_lock)
            {
                // Somebody may have been promised a higher epoch since.
                _history.RequireHighest(message.Name, facts.Epoch);
                _sessions.Add(session);
            }

            return session;
        }
        catch
        {
            pool.Dispose();
            if (isCreate)
            {
                pool.Undo();
            }

            throw;
        }
    }

    private TargetPool Create(string identity, ControlMessage message) => _quota.Create(
        identity, message.Name, () => _store.Create(message.Name, message.Fixed.PoolBytes, message.Attributes ?? default));

    // A writer that is being refused holds the pool for a moment longer.
    private TargetPool Open(ControlMessage message, ulong epoch)
    {
        var deadline = ReplicaDeadline.After(s_handingOver);
        while (true)
        {
            try
            {
                return _store.Open(message.Name, message.Fixed.PoolBytes);
            }
            catch (FrameException e) when (e.Error == RemoteErrno.Busy && epoch != 0)
            {
                _history.RequireHighest(message.Name, epoch);
                if (deadline.RemainingMs == 0 || IsOpen(message.Name))
                {
                    throw;
                }

                Thread.Sleep(HandingOverSliceMs);
            }
        }
    }

    private bool IsOpen(string name)
    {
        lock (_lock)
        {
            return _sessions.Exists(s => s.Name == name && !s.Facts.Fence.IsRaised);
        }
    }

    private void FenceBelow(string name, ulong epoch)
    {
        TargetSession[] fenced;
        lock (_lock)
        {
            fenced = [.. _sessions.Where(s => s.Name == name && s.Facts.Epoch < epoch)];
            _ended.FenceBelow(name, epoch);
        }

        foreach (TargetSession session in fenced)
        {
            session.FenceOff(epoch);
            Tell(session.Identity, "fenced", name, RemoteErrno.Stale, FormattableString.Invariant($"by epoch {epoch >> 8}.{epoch & 0xFF}"));
        }
    }
}
