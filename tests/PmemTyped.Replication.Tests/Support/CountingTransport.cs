namespace PmemTyped.Replication.Tests.Support;

/// <summary>A transport that counts every byte, can be unreachable, and can be cut after so many bytes.</summary>
internal sealed class CountingTransport(IReplicaTransport inner) : IReplicaTransport
{
    private readonly List<ReplicaConnection> _connections = [];
    private long _bytes;
    private long _left = long.MaxValue;

    public string Name => inner.Name;

    /// <summary>Gets the bytes that went in both directions.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    internal bool IsCut { get; private set; }

    /// <summary>Gets or sets what happens before so many bytes leave in one piece.</summary>
    internal Action<int>? Sending { get; set; }

    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        if (IsCut)
        {
            throw new IOException("no route");
        }

        ReplicaConnection connection = new Counted(this, inner.Connect(in deadline));
        lock (_connections)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    internal void CutAfter(long bytes) => Interlocked.Exchange(ref _left, bytes);

    internal void Cut()
    {
        IsCut = true;
        lock (_connections)
        {
            _connections.ForEach(c => c.Abort());
            _connections.Clear();
        }
    }

    internal void Heal()
    {
        IsCut = false;
        Interlocked.Exchange(ref _left, long.MaxValue);
    }

    private void Count(int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        if (Interlocked.Add(ref _left, -bytes) < 0)
        {
            Cut();
            throw new IOException("cut");
        }
    }

    private sealed class Counted(CountingTransport owner, ReplicaConnection connection) : ReplicaConnection
    {
        public override string PeerIdentity => connection.PeerIdentity;

        public override bool ProtectsPayload => connection.ProtectsPayload;

        public override void Handshake(in ReplicaDeadline deadline) => connection.Handshake(in deadline);

        public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
        {
            int received = connection.Receive(buffer, in deadline);
            owner.Count(received);
            return received;
        }

        public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
        {
            owner.Sending?.Invoke(bytes.Length);
            owner.Count(bytes.Length);
            connection.Send(bytes, in deadline);
        }

        public override void Abort() => connection.Abort();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            connection.Dispose();
        }
    }
}
