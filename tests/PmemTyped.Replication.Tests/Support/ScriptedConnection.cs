namespace PmemTyped.Replication.Tests.Support;

/// <summary>Says what it was told to say, then ends; keeps what it is sent.</summary>
internal sealed class ScriptedConnection(Action? sending = null) : ReplicaConnection
{
    private readonly MemoryStream _sent = new();
    private byte[] _script = [];
    private int _at;

    public override string PeerIdentity => "local";

    public override bool ProtectsPayload => false;

    internal byte[] Sent => _sent.ToArray();

    /// <summary>Gets or sets what receiving throws.</summary>
    internal Exception? Failure { get; set; }

    internal void Script(byte[] bytes)
    {
        _script = bytes;
        _at = 0;
        _sent.SetLength(0);
    }

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        int read = Math.Min(buffer.Length, _script.Length - _at);
        _script.AsSpan(_at, read).CopyTo(buffer);
        _at += read;
        return read;
    }

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        sending?.Invoke();
        _sent.Write(bytes);
    }

    public override void Abort()
    {
    }
}
