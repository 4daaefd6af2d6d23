using System.Security.Cryptography;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Initiator;

/// <content>
/// Connections that were lost, and made again within the time for it: the target keeps the session, and lanes send again what
/// was not acknowledged. (replication specification, 19.9)
/// </content>
internal sealed partial class RemoteSession
{
    private const int FirstPauseMs = 10;
    private const int MostPauseMs = 500;

    private readonly object _resuming = new();

    /// <summary>Asks on the control connection, on a new one where it is lost; every request may be asked twice.</summary>
    internal ControlAnswer Ask(ControlOperation operation, ControlMessage message, in ReplicaDeadline deadline)
    {
        RemoteControl control = Volatile.Read(ref _control);
        try
        {
            return control.Ask(operation, message, in deadline);
        }
        catch (IOException lost)
        {
            ControlAnswer answer = default;
            Mend(lost, in deadline, limit =>
            {
                ResumeControl(control, in limit);
                control = Volatile.Read(ref _control);
                answer = control.Ask(operation, message, in limit);
            });
            return answer;
        }
    }

    /// <summary>Connects a lane with a ticket; the target has ended an earlier connection of it on return.</summary>
    internal ReplicaConnection ConnectLane(int number, in ReplicaDeadline deadline)
    {
        ControlAnswer ticket = Ask(ControlOperation.Ticket, new ControlMessage(default, null, string.Empty), in deadline);
        ReplicaConnection connection = Connect(_transport, in deadline);
        try
        {
            ControlRequestLayout request = new() { Ticket = ticket.Fixed.Ticket, Lanes = (uint)number };

            // Only the first frames of a lane are control frames; the answer is all that may be read ahead of the lane.
            var joining = new RemoteControl(connection);
            _ = joining.Ask(ControlOperation.Join, new ControlMessage(request, null, string.Empty), in deadline);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="ConnectLane"/>, for a lane that was connected before: a refusal is the end of the session.</summary>
    internal ReplicaConnection ReconnectLane(int number, in ReplicaDeadline deadline)
    {
        try
        {
            return ConnectLane(number, in deadline);
        }
        catch (FrameException refused)
        {
            throw Final(refused);
        }
    }

    /// <summary>
    /// Tries until it works, the target refuses, or the time is over; then what was lost is thrown. Pauses grow and are jittered,
    /// so that all who lost the same target do not come at once.
    /// </summary>
    internal void Mend(IOException lost, in ReplicaDeadline deadline, Action<ReplicaDeadline> attempt)
    {
        ReplicaDeadline limit = deadline.Within(_options.ReconnectTimeout);
        for (int pauseMs = FirstPauseMs; !IsOver && limit.RemainingMs > 0; pauseMs = Math.Min(2 * pauseMs, MostPauseMs))
        {
            try
            {
                attempt(limit);
                return;
            }
            catch (Exception e) when (e is IOException or TimeoutException or FrameException { Error: RemoteErrno.Busy })
            {
                int jittered = RandomNumberGenerator.GetInt32(pauseMs / 2, pauseMs * 2);
                _ = IsClosingAfter(TimeSpan.FromMilliseconds(Math.Min(jittered, limit.RemainingMs)));
            }
            catch (FrameException refused) when (refused.Error == RemoteErrno.ConnectionReset)
            {
                // Why it was lost says more than that the target has forgotten it.
                throw new FrameException(refused.Error, $"{lost.Message} {refused.Message}", refused);
            }
        }

        deadline.ThrowIfOver();
        throw new IOException(lost.Message, lost);
    }

    // A lane that is made anew is not in the list of those that a failure or the end aborts.
    internal void AbortIfOver(ReplicaConnection connection)
    {
        if (IsOver)
        {
            connection.Abort();
        }
    }

    // What a target refuses to one who comes back is no refusal of a range: the handle is lost.
    private static FrameException Final(FrameException refused) =>
        refused.Error is RemoteErrno.Busy or RemoteErrno.Stale
            ? refused
            : new FrameException(RemoteErrno.ConnectionReset, $"The connection was lost, and the session too: {refused.Message}", refused);

    private bool IsOver => _isEnding || Failure is not null;

    private void ResumeControl(RemoteControl lost, in ReplicaDeadline deadline)
    {
        if (!Monitor.TryEnter(_resuming, deadline.RemainingMs))
        {
            throw new TimeoutException("The control connection could not be made again in time.");
        }

        try
        {
            if (Volatile.Read(ref _control) != lost)
            {
                return;
            }

            if (IsOver)
            {
                throw new IOException("The pool is closed.");
            }

            lost.Abort();
            var fresh = new RemoteControl(Connect(_transport, in deadline));
            try
            {
                ControlRequestLayout request = new() { Ticket = _granted.Fixed.Ticket };
                ControlAnswer answer = fresh.Ask(ControlOperation.Resume, new ControlMessage(request, null, string.Empty), in deadline);
                if (answer.Epoch != _granted.Epoch)
                {
                    throw new FrameException(RemoteErrno.Stale, "The epoch changed while the connection was lost.");
                }
            }
            catch (Exception e)
            {
                fresh.Release();
                throw e is FrameException refused ? Final(refused) : e;
            }

            Volatile.Write(ref _control, fresh);
            lost.Release();
            if (IsOver)
            {
                fresh.Abort();
            }
        }
        finally
        {
            Monitor.Exit(_resuming);
        }
    }
}
