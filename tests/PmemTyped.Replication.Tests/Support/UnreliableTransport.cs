namespace PmemTyped.Replication.Tests.Support;

/// <summary>A transport whose target can be frozen, cut off, or made unreachable, and that counts what passes.</summary>
internal sealed class UnreliableTransport(IReplicaTransport inner) : IReplicaTransport
{
    private readonly List<ReplicaConnection> _connections = [];
    private volatile bool _isFrozen;
    private int _sends;
    private int _leastFrozenMs = int.MaxValue;

    public string Name => inner.Name;

    internal Exception? Refusal { get; set; }

    /// <summary>Gets or sets how many connections can still be made.</summary>
    internal int Left { get; set; } = int.MaxValue;

    internal int Sends => _sends;

    /// <summary>Gets or sets what happens to the n-th byte that is sent on a connection, from now on; null for nothing.</summary>
    internal long? CutAfterBytes { get; set; }

    /// <summary>Gets or sets what happens after so many bytes left in one piece, before the call that sent them returns.</summary>
    internal Action<int>? HasSent { get; set; }

    /// <summary>Gets the milliseconds that the least patient of those who met the freeze would wait.</summary>
    internal int LeastFrozenMs => Volatile.Read(ref _leastFrozenMs);

    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        if (Refusal is { } refusal || --Left < 0)
        {
            throw Refusal ?? new IOException("no descriptor is left");
        }

        ReplicaConnection connection = new Wrapped(this, inner.Connect(in deadline));
        lock (_connections)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    internal void Freeze() => _isFrozen = true;

    internal void Heal() => _isFrozen = false;

    internal void Cut()
    {
        lock (_connections)
        {
            _connections.ForEach(c => c.Abort());
        }
    }

    private void NoteFrozen(int remainingMs)
    {
        lock (_connections)
        {
            _leastFrozenMs = Math.Min(_leastFrozenMs, remainingMs);
        }
    }

    private sealed class Wrapped(UnreliableTransport owner, ReplicaConnection connection) : ReplicaConnection
    {
        private volatile bool _isAborted;
        private long _sent;

        public override string PeerIdentity => connection.PeerIdentity;

        public override bool ProtectsPayload => connection.ProtectsPayload;

        public override void Handshake(in ReplicaDeadline deadline) => connection.Handshake(in deadline);

        public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
        {
            if (owner._isFrozen)
            {
                owner.NoteFrozen(deadline.RemainingMs);
            }

            while (owner._isFrozen && !_isAborted)
            {
                deadline.ThrowIfOver();
                Thread.Sleep(5);
            }

            return connection.Receive(buffer, in deadline);
        }

        public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
        {
            Interlocked.Increment(ref owner._sends);
            if (owner.CutAfterBytes is { } limit && _sent + bytes.Length > limit)
            {
                connection.Send(bytes[..(int)Math.Max(0, limit - _sent)], in deadline);
                Abort();
                throw new IOException("cut");
            }

            _sent += bytes.Length;
            if (!owner._isFrozen)
            {
                connection.Send(bytes, in deadline);
                owner.HasSent?.Invoke(bytes.Length);
            }
        }

        public override void Abort()
        {
            _isAborted = true;
            connection.Abort();
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            connection.Dispose();
        }
    }
}
