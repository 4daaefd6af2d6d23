using System.Net.Sockets;

namespace PmemTyped.Replication.Transports;

/// <summary>
/// A connected socket, TCP or Unix. Calls block in the kernel, in slices after which the deadline is looked at: measured
/// faster than asynchronous calls, and free of allocations.
/// </summary>
internal sealed class SocketConnection : ReplicaConnection
{
    internal const int SliceMs = 50;

    private readonly Socket _socket;

    internal SocketConnection(Socket socket, string peer)
    {
        _socket = socket;
        socket.ReceiveTimeout = SliceMs;
        socket.SendTimeout = SliceMs;
        if (socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        {
            socket.NoDelay = true;
        }

        PeerIdentity = peer;
    }

    public override string PeerIdentity { get; }

    public override bool ProtectsPayload => false;

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        while (true)
        {
            deadline.ThrowIfOver();
            SocketError error;
            try
            {
                int received = _socket.Receive(buffer, SocketFlags.None, out error);
                if (error == SocketError.Success)
                {
                    return received;
                }
            }
            catch (ObjectDisposedException closed)
            {
                throw new IOException("The connection was closed.", closed);
            }

            ThrowIfLost(error);
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        while (bytes.Length > 0)
        {
            deadline.ThrowIfOver();
            SocketError error;
            try
            {
                int sent = _socket.Send(bytes, SocketFlags.None, out error);
                bytes = bytes[sent..];
            }
            catch (ObjectDisposedException closed)
            {
                throw new IOException("The connection was closed.", closed);
            }

            ThrowIfLost(error);
        }
    }

    public override void Abort()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _socket.Dispose();
    }

    private static void ThrowIfLost(SocketError error)
    {
        if (error is not (SocketError.Success or SocketError.TimedOut or SocketError.WouldBlock or SocketError.Interrupted))
        {
            throw new IOException("The connection is lost.", new SocketException((int)error));
        }
    }
}
