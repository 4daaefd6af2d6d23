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
    private readonly Dictionary<ReplicaConnection, Thread> _connections = [];
    private readonly List<(IReplicaListener Listener, Thread Thread)> _listeners = [];
    private volatile bool _isStopping;
    private int _pending;

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
            || options.MaxPending <= 0)
        {
            throw new ArgumentException(
                "A limit is too small: frames hold 8 KiB at least, a window holds one frame, all others are positive.", nameof(options));
        }

        _options = options;
        _sessions = new TargetSessions(options);
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
        bool isPending = true;
        try
        {
            if (Interlocked.Increment(ref _pending) > _options.MaxPending)
            {
                return;
            }

            connection.Handshake(ReplicaDeadline.After(_options.HandshakeTimeout));
            using var control = new TargetControl(connection, _sessions, _options);
            control.Run(() =>
            {
                if (isPending)
                {
                    isPending = false;
                    Interlocked.Decrement(ref _pending);
                }
            });
        }
        catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException or FrameException
            or ObjectDisposedException or PmemException)
        {
            // The peer is gone, silent or out of step; its session was closed above.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A mistake of ours, or of the audit, costs one connection and not the process.
            _options.Audit?.Invoke(new ReplicaAudit(connection.PeerIdentity, "failed", string.Empty, RemoteErrno.RemoteInputOutput, e.ToString()));
        }
        finally
        {
            if (isPending)
            {
                Interlocked.Decrement(ref _pending);
            }

            connection.Dispose();
        }
    }

    /// <summary>Stops listening, ends all sessions and closes their pools; what was acknowledged is durable.</summary>
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

    private void AcceptAll(IReplicaListener listener)
    {
        while (!_isStopping)
        {
            if (listener.Accept(AcceptSliceMs) is not { } connection)
            {
                continue;
            }

            var thread = new Thread(() => ServeRegistered(connection), StackBytes) { IsBackground = true, Name = "replica target" };
            lock (_lock)
            {
                _connections.Add(connection, thread);
            }

            thread.Start();
        }
    }

    private void ServeRegistered(ReplicaConnection connection)
    {
        try
        {
            Serve(connection);
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
