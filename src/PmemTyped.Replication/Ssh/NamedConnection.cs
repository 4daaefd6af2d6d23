namespace PmemTyped.Replication.Ssh;

/// <summary>A connection whose peer is who ssh says it is, whatever it calls itself.</summary>
internal sealed class NamedConnection(ReplicaConnection inner, string identity) : ReplicaConnection
{
    public override string PeerIdentity => identity;

    public override bool ProtectsPayload => inner.ProtectsPayload;

    public override void Handshake(in ReplicaDeadline deadline) => inner.Handshake(in deadline);

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline) => inner.Receive(buffer, in deadline);

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => inner.Send(bytes, in deadline);

    public override void Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, in ReplicaDeadline deadline) =>
        inner.Send(head, body, in deadline);

    public override void EndReceiving() => inner.EndReceiving();

    public override void Abort() => inner.Abort();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        inner.Dispose();
    }
}
