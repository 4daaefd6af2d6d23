namespace PmemTyped.Replication.Ssh;

/// <summary>One connection of a trunk; all it does is under the lock of the trunk.</summary>
internal sealed class TrunkStream(Trunk trunk, ushort number) : ReplicaConnection
{
    public override string PeerIdentity => trunk.PeerIdentity;

    /// <summary>Gets a value indicating whether the bytes are protected: ssh detects every change.</summary>
    public override bool ProtectsPayload => true;

    internal ushort Number => number;

    internal ByteRing Received { get; } = new(Trunk.WindowBytes);

    /// <summary>Gets or sets how many bytes may be sent.</summary>
    internal int Credit { get; set; } = Trunk.WindowBytes;

    /// <summary>Gets or sets how many bytes were received that the peer does not know of.</summary>
    internal int Uncredited { get; set; }

    internal bool IsEndedHere { get; set; }

    internal bool IsEndedThere { get; set; }

    internal bool IsReceivingEnded { get; set; }

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline) => trunk.Receive(this, buffer, in deadline);

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[trunk.Send(this, bytes, in deadline)..];
        }
    }

    public override void EndReceiving() => trunk.EndReceiving(this);

    public override void Abort() => trunk.End(this);
}
