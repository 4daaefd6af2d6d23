using System.Net;
using System.Net.Sockets;

namespace PmemTyped.Replication.Transports;

/// <summary>A listening socket; connections are wrapped by whoever made it.</summary>
internal sealed class SocketListener : IReplicaListener
{
    private const int Backlog = 128;

    private readonly Socket _socket;
    private readonly string? _path;
    private readonly Func<Socket, ReplicaConnection> _wrap;

    internal SocketListener(EndPoint at, string scheme, string? path, Func<Socket, ReplicaConnection> wrap)
    {
        _path = path;
        _wrap = wrap;
        _socket = new Socket(
            at.AddressFamily, SocketType.Stream, path is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            _socket.Bind(at);
            if (path is not null && !OperatingSystem.IsWindows())
            {
                // Nobody can connect before it listens.
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            _socket.Listen(Backlog);
            Name = $"{scheme}:{path ?? _socket.LocalEndPoint!.ToString()}";
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new IOException(
                $"Cannot listen at {scheme}:{path ?? at.ToString()}: {e.Message}. Choose another place, or end who holds it.", e);
        }
    }

    public string Name { get; }

    /// <summary>Gets address and port; null for a Unix socket.</summary>
    internal IPEndPoint? LocalEndPoint => _socket.LocalEndPoint as IPEndPoint;

    public ReplicaConnection? Accept(int waitMs)
    {
        try
        {
            return _socket.Poll(TimeSpan.FromMilliseconds(waitMs), SelectMode.SelectRead) ? Wrapped(_socket.Accept()) : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile, the peer left before it was accepted, or no descriptor is left: then the next try waits.
            Thread.Sleep(Math.Min(waitMs, SocketConnection.SliceMs));
            return null;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    private ReplicaConnection Wrapped(Socket socket)
    {
        try
        {
            return _wrap(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
