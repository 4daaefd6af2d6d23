namespace PmemTyped.Replication.Ssh;

/// <summary>A connection that keeps its ssh client alive until it ends.</summary>
internal sealed class SshConnection(ReplicaConnection inner, SshSession session) : ReplicaConnection
{
    private int _isReleased;

    public override string PeerIdentity => inner.PeerIdentity;

    public override bool ProtectsPayload => inner.ProtectsPayload;

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline) => inner.Receive(buffer, in deadline);

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => inner.Send(bytes, in deadline);

    public override void EndReceiving() => inner.EndReceiving();

    public override void Abort()
    {
        inner.Abort();
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            session.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        inner.Dispose();
    }
}
