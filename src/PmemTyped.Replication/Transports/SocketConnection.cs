using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Replication.Transports;

/// <summary>
/// A connected socket, TCP or Unix. Calls block in the kernel, in slices after which the deadline is looked at: measured
/// faster than asynchronous calls, and free of allocations. Whoever receives looks for bytes a little before it parks
/// (replication specification, 19.3). Sending goes past the runtime, which forgets how much of a send was taken when its time is
/// over.
/// </summary>
internal sealed class SocketConnection : ReplicaConnection
{
    internal const int SliceMs = 50;

    // To be woken up costs more than a round trip to a peer that is near.
    private const int SpinMicroseconds = 20;

    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(SliceMs);
    private static readonly long s_spin = Stopwatch.Frequency / 1_000_000 * SpinMicroseconds;
    private static readonly bool s_canSpin = Environment.ProcessorCount > 1;
    private readonly Socket _socket;
    private readonly SpinPatience _patience = new();

    internal SocketConnection(Socket socket, string peer)
    {
        _socket = socket;
        socket.ReceiveTimeout = SliceMs;
        if (socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        {
            socket.NoDelay = true;
        }

        PeerIdentity = peer;
        PeerAddress = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? string.Empty;
    }

    public override string PeerIdentity { get; }

    public override string PeerAddress { get; }

    public override bool ProtectsPayload => false;

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        bool hasLooked = !s_canSpin;
        while (true)
        {
            deadline.ThrowIfOver();
            SocketError error;
            try
            {
                if (!hasLooked)
                {
                    hasLooked = true;
                    Look();
                }

                int received = _socket.Receive(buffer, SocketFlags.None, out error);
                if (error == SocketError.Success)
                {
                    return received;
                }
            }
            catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
            {
                throw new IOException("The connection was closed.", closed);
            }

            ThrowIfLost(error);
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => Send(bytes, [], in deadline);

    public override void Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, in ReplicaDeadline deadline)
    {
        try
        {
            while (head.Length + body.Length > 0)
            {
                deadline.ThrowIfOver();
                int error = SocketOutput.TrySend(_socket.SafeHandle, head, body, out int sent);
                int ofHead = Math.Min(sent, head.Length);
                head = head[ofHead..];
                body = body[(sent - ofHead)..];
                if (error == Errno.Again)
                {
                    _ = _socket.Poll(s_slice, SelectMode.SelectWrite);
                }
                else if (error is not (Errno.None or Errno.Interrupted))
                {
                    throw new IOException($"The connection is lost ({RemoteErrno.Name(error)}).");
                }
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            throw new IOException("The connection was closed.", closed);
        }
    }

    public override void EndReceiving() => Shutdown(SocketShutdown.Receive);

    public override void Abort() => Shutdown(SocketShutdown.Both);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _socket.Dispose();
    }

    // Returns when bytes are there, or it does not pay to look any longer.
    private void Look()
    {
        if (!_patience.Spins())
        {
            return;
        }

        long started = Stopwatch.GetTimestamp();
        do
        {
            if (_socket.Available > 0)
            {
                _patience.Found();
                return;
            }
        }
        while (Stopwatch.GetTimestamp() - started < s_spin);
        _patience.Missed();
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    private static void ThrowIfLost(SocketError error)
    {
        if (error is not (SocketError.Success or SocketError.TimedOut or SocketError.WouldBlock or SocketError.Interrupted))
        {
            throw new IOException("The connection is lost.", new SocketException((int)error));
        }
    }
}
