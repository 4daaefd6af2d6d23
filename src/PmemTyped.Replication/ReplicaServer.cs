using System.Diagnostics.CodeAnalysis;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Target;

namespace PmemTyped.Replication;

/// <summary>
/// A target: keeps pools that initiators on other machines create, open and store to. It can run in any process, and never
/// starts a transfer. Threads: safe. (rpmemd; replication specification, 19)
/// </summary>
public sealed class ReplicaServer : IDisposable
{
    private const int AcceptSliceMs = 100;
    private const int StackBytes = 512 << 10;

    private readonly Lock _lock = new();
    private readonly ReplicaServerOptions _options;
    private readonly TargetSessions _sessions;
    private readonly TargetAdmission _admission;
    private readonly Dictionary<ReplicaConnection, Thread> _connections = [];
    private readonly List<(IReplicaListener Listener, Thread Thread)> _listeners = [];
    private volatile bool _isStopping;

    /// <summary>Initializes a new instance of the <see cref="ReplicaServer"/> class. Nobody can reach it before <see cref="Listen"/>.</summary>
    /// <param name="options">What it offers.</param>
    /// <exception cref="ArgumentException">The directory of the set files does not exist, or a limit is not positive.</exception>
    public ReplicaServer(ReplicaServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(options.PoolSetDirectory))
        {
            throw new ArgumentException(
                $"The directory of the set files, '{options.PoolSetDirectory}', does not exist. Make it first.", nameof(options));
        }

        const int LeastFrameBytes = 8 << 10;
        if (options.MaxFrameBytes < LeastFrameBytes || options.WindowBytes < options.MaxFrameBytes
            || options.WindowFrames <= 0 || options.MaxLanes is <= 0 or >= FrameHeaders.ControlLane || options.MaxSessions <= 0
            || options.MaxPending <= 0 || options.MaxFailuresPerMinute <= 0
            || options.Grants?.Any(g => g.MaxPools < 0 || g.MaxBytes < 0) == true)
        {
            throw new ArgumentException(
                "A limit is too small: frames hold 8 KiB at least, a window holds one frame, quotas are not negative, all others are positive.", nameof(options));
        }

        _options = options;
        _sessions = new TargetSessions(options);
        _admission = new TargetAdmission(options, () => Environment.TickCount64);
    }

    /// <summary>Gets the number of connections that are served now.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Begins to take connections; returns at once.</summary>
    /// <param name="listener">Where; disposed with the server.</param>
    /// <exception cref="ObjectDisposedException">The server was disposed.</exception>
    public void Listen(IReplicaListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            var thread = new Thread(() => AcceptAll(listener), StackBytes) { IsBackground = true, Name = "replica accept" };
            _listeners.Add((listener, thread));
            thread.Start();
        }
    }

    /// <summary>Serves one connection on the calling thread until it ends. Never throws for what a peer does.</summary>
    /// <param name="connection">The connection, disposed at the end.</param>
    public void Serve(ReplicaConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_admission.TryEnter(connection.PeerAddress))
        {
            ServeAdmitted(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    /// <summary>
    /// Stops listening, answers the drains that have arrived, waiting for them as long as
    /// <see cref="ReplicaServerOptions.StopTimeout"/> says, ends all sessions and closes their pools. What was acknowledged is durable.
    /// </summary>
    public void Dispose()
    {
        (IReplicaListener Listener, Thread Thread)[] listeners;
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            listeners = [.. _listeners];
        }

        foreach ((IReplicaListener listener, Thread thread) in listeners)
        {
            listener.Dispose();
            thread.Join();
        }

        _sessions.FinishLanes(ReplicaDeadline.After(_options.StopTimeout));
        KeyValuePair<ReplicaConnection, Thread>[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        foreach ((ReplicaConnection connection, _) in connections)
        {
            connection.Abort();
        }

        foreach ((_, Thread thread) in connections)
        {
            thread.Join();
        }

        _sessions.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "A listener that fails, or a thread that cannot be had, is told and tried again.")]
    private void AcceptAll(IReplicaListener listener)
    {
        while (!_isStopping)
        {
            try
            {
                if (listener.Accept(AcceptSliceMs) is { } connection)
                {
                    Start(connection);
                }
            }
            catch (Exception e)
            {
                _options.Tell(new ReplicaAudit("nobody", "accept", string.Empty, RemoteErrno.RemoteInputOutput, $"{listener.Name}: {e.Message}"));
                Thread.Sleep(AcceptSliceMs);
            }
        }
    }

    private void Start(ReplicaConnection connection)
    {
        // Before a thread is made for it.
        if (!_admission.TryEnter(connection.PeerAddress))
        {
            connection.Dispose();
            return;
        }

        try
        {
            var thread = new Thread(() => ServeRegistered(connection), StackBytes) { IsBackground = true, Name = "replica target" };
            lock (_lock)
            {
                _connections.Add(connection, thread);
            }

            thread.Start();
        }
        catch
        {
            lock (_lock)
            {
                _connections.Remove(connection);
            }

            _admission.Leave();
            connection.Dispose();
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "One connection is the price of a mistake; the audit is told.")]
    private void ServeAdmitted(ReplicaConnection connection)
    {
        bool isPending = true;
        bool hasSpoken = false;
        try
        {
            connection.Handshake(ReplicaDeadline.After(_options.HandshakeTimeout));
            using var control = new TargetControl(connection, _sessions, _options);
            control.Run(
                spoken: () => hasSpoken = true,
                settled: () =>
                {
                    isPending = false;
                    _admission.Leave();
                });
        }
        catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException or FrameException
            or ObjectDisposedException or PmemException)
        {
            // The peer is gone, silent or out of step; its session was closed above.
        }
        catch (Exception e)
        {
            // A mistake of ours, or a want of memory, costs one connection and not the process.
            _options.Tell(new ReplicaAudit("nobody", "failed", string.Empty, RemoteErrno.RemoteInputOutput, e.ToString()));
        }
        finally
        {
            if (isPending)
            {
                _admission.Leave();
            }

            if (!hasSpoken)
            {
                _admission.NoteFailure(connection.PeerAddress);
            }

            connection.Dispose();
        }
    }

    private void ServeRegistered(ReplicaConnection connection)
    {
        try
        {
            ServeAdmitted(connection);
        }
        finally
        {
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
    }
}
