namespace PmemTyped.Replication.Tests.Support;

/// <summary>Hands out pieces, one for each call, and says before each of them, and before each answer, that the lane waits.</summary>
internal sealed class PiecewiseConnection(byte[][] pieces, Action<int> receiving, Action sending) : ReplicaConnection
{
    private int _next;

    public override string PeerIdentity => "local";

    public override bool ProtectsPayload => false;

    internal MemoryStream Answers { get; } = new();

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        receiving(_next);
        if (_next == pieces.Length)
        {
            return 0;
        }

        byte[] piece = pieces[_next++];
        piece.CopyTo(buffer);
        return piece.Length;
    }

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        sending();
        Answers.Write(bytes);
    }

    public override void Abort()
    {
    }
}
