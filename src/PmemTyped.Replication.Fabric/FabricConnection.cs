using System.Diagnostics.CodeAnalysis;
using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric;

/// <summary>
/// A connection of message endpoints. The side of the target begins as a request, for which the handshake makes an endpoint; what runs
/// over it is the channel's.
/// </summary>
internal sealed class FabricConnection : ReplicaConnection
{
    private const string Local = "local";

    // What was sent last may still be on its way to the adapter, and an ended connection drops it.
    private const int LingerMs = 250;

    private readonly FabricRequest? _request;
    private readonly FabricGreeting _peer;
    private readonly FabricAttempt _attempt;
    private volatile FabricChannel? _channel;
    private volatile bool _isAborted;

    /// <param name="request">Who wants to connect; disposed with the connection.</param>
    /// <param name="peer">What it said.</param>
    /// <param name="attempt">For messages.</param>
    internal FabricConnection(FabricRequest request, FabricGreeting peer, FabricAttempt attempt)
    {
        _request = request;
        _peer = peer;
        _attempt = attempt;
        PeerAddress = request.PeerAddress;
    }

    private FabricConnection(FabricChannel channel, FabricAttempt attempt)
    {
        _channel = channel;
        _attempt = attempt;
    }

    public override string PeerIdentity => Local;

    public override string PeerAddress { get; } = string.Empty;

    public override bool ProtectsPayload => false;

    private FabricChannel Channel => _channel ?? throw new IOException("The connection was closed.");

    /// <summary>The side of the initiator.</summary>
    /// <param name="endpoint">Owned from now on.</param>
    /// <param name="attempt">For messages.</param>
    /// <param name="deadline">How long it may take.</param>
    internal static FabricConnection Connect(FabricEndpoint endpoint, FabricAttempt attempt, in ReplicaDeadline deadline)
    {
        try
        {
            Span<byte> greeting = stackalloc byte[FabricGreeting.SizeBytes];
            FabricChannel.Greeting.Write(greeting);
            FabricChannel.PostAll(endpoint, attempt);
            attempt.Require(endpoint.Connect(greeting));
            int lengthBytes;
            while (!IsConnected(endpoint, attempt, greeting, in deadline, out lengthBytes))
            {
                // A slice is over.
            }

            return FabricGreeting.Read(greeting[..lengthBytes]) is { } peer
                ? new FabricConnection(new FabricChannel(attempt.Library, endpoint, peer), attempt)
                : throw new IOException($"{attempt.What} failed: it is no target of ours, or of another version; its greeting is unknown.");
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The channel disposes it.")]
    public override void Handshake(in ReplicaDeadline deadline)
    {
        if (_request is null)
        {
            return;
        }

        FabricEndpoint endpoint = _request.TryMakeEndpoint(FabricChannel.Slots, out int error) ?? throw _attempt.Failure(error);
        try
        {
            Span<byte> greeting = stackalloc byte[FabricGreeting.SizeBytes];
            FabricChannel.Greeting.Write(greeting);
            FabricChannel.PostAll(endpoint, _attempt);
            _attempt.Require(endpoint.Accept(greeting));
            while (!IsConnected(endpoint, _attempt, greeting, in deadline, out _))
            {
                ThrowIfAborted();
            }
        }
        catch
        {
            endpoint.Dispose();
            throw;
        }

        // Not before: nobody ends an endpoint from another thread while it is being connected.
        _channel = new FabricChannel(_attempt.Library, endpoint, _peer);
        _request.Dispose();
        if (_isAborted)
        {
            _channel.Abort();
        }
    }

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline) => Channel.Receive(buffer, in deadline);

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => Channel.Send(bytes, in deadline);

    public override void EndReceiving() => _channel?.EndReceiving();

    public override void Abort()
    {
        _isAborted = true;
        _channel?.Abort();
    }

    protected override void Dispose(bool disposing)
    {
        if (!_isAborted)
        {
            _channel?.Linger(LingerMs);
        }

        base.Dispose(disposing);
        _channel?.Dispose();
        _request?.Dispose();
    }

    private void ThrowIfAborted()
    {
        if (_isAborted)
        {
            throw new IOException("The connection was closed.");
        }
    }

    // Looks for a slice of time whether it is connected.
    private static bool IsConnected(
        FabricEndpoint endpoint, FabricAttempt attempt, Span<byte> greeting, in ReplicaDeadline deadline, out int lengthBytes)
    {
        deadline.ThrowIfOver();
        int waitMs = Math.Min(FabricChannel.SliceMs, deadline.RemainingMs);
        attempt.Require(endpoint.WaitEvent(waitMs, greeting, out FabricEvent what, out lengthBytes));
        return what != FabricEvent.Shutdown
            ? what == FabricEvent.Connected
            : throw new IOException($"{attempt.What} failed: the other side ended the connection.");
    }
}
