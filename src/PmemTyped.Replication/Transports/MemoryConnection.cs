namespace PmemTyped.Replication.Transports;

/// <summary>One end of a connection inside this process.</summary>
internal sealed class MemoryConnection(MemoryPipe incoming, MemoryPipe outgoing) : ReplicaConnection
{
    public override string PeerIdentity => "local";

    public override bool ProtectsPayload => false;

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline) => incoming.Read(buffer, in deadline);

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => outgoing.Write(bytes, in deadline);

    public override void EndReceiving() => incoming.Close();

    public override void Abort()
    {
        incoming.Close();
        outgoing.Close();
    }
}
