using System.Diagnostics.CodeAnalysis;
using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication;

/// <summary>Initiator and target in one process, for tests and for learning; both sides of the way at once. Threads: safe.</summary>
public sealed class MemoryReplicaTransport : IReplicaTransport, IReplicaListener
{
    private readonly Queue<ReplicaConnection> _waiting = new();
    private readonly object _lock = new();
    private bool _isClosed;

    /// <inheritdoc cref="IReplicaTransport.Name"/>
    public string Name => "memory";

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2000", Justification = "Whoever accepts the other end disposes it, or Dispose does.")]
    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        MemoryPipe there = new();
        MemoryPipe back = new();
        lock (_lock)
        {
            if (_isClosed)
            {
                throw new IOException("Nobody listens any more.");
            }

            _waiting.Enqueue(new MemoryConnection(there, back));
            Monitor.Pulse(_lock);
        }

        return new MemoryConnection(back, there);
    }

    /// <inheritdoc/>
    public ReplicaConnection? Accept(int waitMs)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && !_isClosed)
            {
                _ = Monitor.Wait(_lock, waitMs);
            }

            return _waiting.TryDequeue(out ReplicaConnection? connection) ? connection : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_waiting.TryDequeue(out ReplicaConnection? left))
            {
                left.Dispose();
            }

            Monitor.PulseAll(_lock);
        }
    }
}
