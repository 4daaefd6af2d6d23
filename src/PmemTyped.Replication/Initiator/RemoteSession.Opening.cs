using PmemTyped.Mapping;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Initiator;

/// <content>The ways to a session, and requests that need none.</content>
internal sealed partial class RemoteSession
{
    // As long as three signs of life by default, and a moment for a machine that is busy.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(4);

    /// <summary>Connects, creates or opens, and connects the first lane, or all. A pool that was created goes again when that fails.</summary>
    internal static RemoteSession Begin(
        IReplicaTransport transport,
        ControlOperation operation,
        ControlMessage message,
        PmemMap local,
        RemotePoolOptions options,
        CancellationToken cancellation,
        out RemotePoolAttributes attributes)
    {
        ReplicaDeadline deadline = options.ToOpen(cancellation);
        RemoteStage stage = RemoteStage.Connect;
        RemoteControl? control = null;
        try
        {
            control = new RemoteControl(Connect(transport, in deadline));
            Greet(control, in deadline);
            control.Epoch = options.Epoch;
            stage = operation == ControlOperation.Create ? RemoteStage.Create : RemoteStage.Open;
            ControlAnswer granted = control.Ask(operation, message, in deadline);
            attributes = granted.Attributes;
            RequireSound(granted, message.Fixed);
            control.Epoch = granted.Epoch;
            stage = RemoteStage.Lane;
            var session = new RemoteSession(transport, control, granted, message.Fixed.PoolBytes, local, options);
            try
            {
                int joined = options.ConnectsAllLanes ? session.LaneCount : 1;
                for (int lane = 0; lane < joined; lane++)
                {
                    _ = session.Join(lane, in deadline);
                }
            }
            catch (Exception e) when (IsFailure(e) || e is OperationCanceledException)
            {
                session.Undo();
                throw;
            }

            session._heart.Start();
            return session;
        }
        catch (Exception e) when (IsFailure(e))
        {
            control?.Release();
            throw new RemotePoolException(ErrorOf(e), stage, transport.Name, isFatal: false, ReasonOf(e), e);
        }
        catch (OperationCanceledException)
        {
            control?.Release();
            throw;
        }
    }

    /// <summary>Asks on a connection of its own.</summary>
    internal static ControlAnswer AskOnce(
        IReplicaTransport transport,
        ControlOperation operation,
        ControlMessage message,
        RemoteStage stage,
        RemotePoolOptions? options,
        CancellationToken cancellation)
    {
        ReplicaDeadline deadline = (options ?? new RemotePoolOptions()).ToOpen(cancellation);
        RemoteStage reached = RemoteStage.Connect;
        try
        {
            using ReplicaConnection connection = Connect(transport, in deadline);
            var control = new RemoteControl(connection);
            Greet(control, in deadline);
            control.Epoch = options?.Epoch ?? 0;
            reached = stage;
            return control.Ask(operation, message, in deadline);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw new RemotePoolException(ErrorOf(e), reached, transport.Name, isFatal: false, ReasonOf(e), e);
        }
    }

    // A target that is stopped still accepts connections, by its kernel: what it is asked for may take its time, a sign of life
    // may not.
    private static void Greet(RemoteControl control, in ReplicaDeadline deadline)
    {
        ReplicaDeadline soon = deadline.Within(s_silence);
        try
        {
            control.Ping(in soon);
        }
        catch (TimeoutException e)
        {
            throw Silent(e);
        }
        catch (EndOfStreamException e)
        {
            throw new IOException(
                "The target closed the connection at once: it has too many of them, or something else listens there, as TLS where plain TCP was asked for. Its log says why",
                e);
        }
    }

    private static TimeoutException Silent(TimeoutException e) => new(
        "It takes connections and then says nothing: its process is stopped or overloaded, or it is no target. Look at it on its machine", e);

    private static ReplicaConnection Connect(IReplicaTransport transport, in ReplicaDeadline deadline)
    {
        ReplicaConnection connection = transport.Connect(in deadline);
        try
        {
            connection.Handshake(deadline.Within(s_silence));
            return connection;
        }
        catch (TimeoutException e)
        {
            connection.Dispose();
            throw Silent(e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // What a target grants is bounded before anything is made of it.
    private static void RequireSound(in ControlAnswer granted, in ControlRequestLayout asked)
    {
        const uint MostFrameBytes = 16 << 20;
        ControlAnswerLayout answer = granted.Fixed;
        if (answer.Lanes == 0 || answer.Lanes > asked.Lanes || answer.PoolBytes < asked.PoolBytes
            || answer.FrameBytes is < 8192 or > MostFrameBytes || answer.WindowBytes < answer.FrameBytes
            || answer.WindowBytes > int.MaxValue || answer.WindowFrames == 0
            || answer.Durability > (uint)ReplicaDurability.PowerSafe)
        {
            throw new FrameException(RemoteErrno.Protocol, "The target grants what makes no sense.");
        }
    }

    private void Undo()
    {
        try
        {
            ControlRequestLayout request = new() { Options = (uint)ControlOptions.RemoveCreated };
            _ = Ask(
                ControlOperation.Close, new ControlMessage(request, null, string.Empty), _options.ToAsk(CancellationToken.None));
        }
        catch (Exception e) when (IsFailure(e))
        {
            // The target keeps what it made; its end of the connection tells it that nobody uses it.
        }
        finally
        {
            Free();
        }
    }
}
