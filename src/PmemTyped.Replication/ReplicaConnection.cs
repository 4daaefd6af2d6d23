namespace PmemTyped.Replication;

/// <summary>
/// One ordered, reliable stream of bytes between initiator and target. Threads: one sends and one receives at a time;
/// <see cref="Abort"/> may come from any.
/// </summary>
public abstract class ReplicaConnection : IDisposable
{
    /// <summary>Gets who is on the other side, as far as the transport proved it: the subject of a certificate, or "local".</summary>
    public abstract string PeerIdentity { get; }

    /// <summary>
    /// Gets where the peer is, as far as the transport knows: an address without its port, not proven; empty for this machine.
    /// </summary>
    public virtual string PeerAddress => string.Empty;

    /// <summary>Gets a value indicating whether the transport itself detects changed bytes, so that frames need no checksum.</summary>
    public abstract bool ProtectsPayload { get; }

    /// <summary>Proves who both sides are, where the transport can. Called once, before anything else.</summary>
    /// <param name="deadline">How long it may take.</param>
    /// <exception cref="IOException">The peer was refused, or refused us.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public virtual void Handshake(in ReplicaDeadline deadline)
    {
    }

    /// <summary>Waits for bytes.</summary>
    /// <param name="buffer">Receives at least one byte.</param>
    /// <param name="deadline">How long to wait; afterwards nothing is lost, and it may be called again.</param>
    /// <returns>How many bytes came; 0 at the end of the stream.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    /// <exception cref="TimeoutException">The deadline is over.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract int Receive(Span<byte> buffer, in ReplicaDeadline deadline);

    /// <summary>Hands bytes over, all of them. After an exception the stream is cut anywhere, and of no more use.</summary>
    /// <param name="bytes">The bytes; they may change when it returns.</param>
    /// <param name="deadline">How long to wait for room.</param>
    /// <exception cref="IOException">The connection is lost.</exception>
    /// <exception cref="TimeoutException">The deadline is over.</exception>
    public abstract void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline);

    /// <summary>
    /// Hands bytes over from two places, all of them; where a transport can, in one piece, which wakes the peer once. By
    /// default one after the other.
    /// </summary>
    /// <param name="head">The bytes that come first.</param>
    /// <param name="body">The bytes that follow.</param>
    /// <param name="deadline">How long to wait for room.</param>
    /// <exception cref="IOException">The connection is lost.</exception>
    /// <exception cref="TimeoutException">The deadline is over.</exception>
    public virtual void Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, in ReplicaDeadline deadline)
    {
        Send(head, in deadline);
        Send(body, in deadline);
    }

    /// <summary>Ends both directions at once; whoever waits is woken. Never throws.</summary>
    public abstract void Abort();

    /// <summary>
    /// Takes nothing more from the peer; what arrived can still be received and answered, then the stream ends. Where a
    /// transport cannot do that, as <see cref="Abort"/>. Never throws.
    /// </summary>
    public virtual void EndReceiving() => Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what it holds, after <see cref="Abort"/>.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing) => Abort();
}
