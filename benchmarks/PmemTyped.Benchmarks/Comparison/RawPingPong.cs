using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Sends a message and waits for 8 bytes: what a socket can do. An operation is a part of the message.</summary>
internal sealed class RawPingPong : Contender, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _message;
    private readonly byte[] _answer = new byte[RawTarget.AnswerBytes];
    private readonly int _parts;
    private int _owed;

    internal RawPingPong(int port, int bytes, int parts = 1, bool stored = false)
    {
        _message = new byte[bytes * parts];
        _parts = parts;
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Send(BitConverter.GetBytes(stored ? -_message.Length : _message.Length));
    }

    internal override void Run(int operations)
    {
        // What does not fill a message is owed to the next call, so that as many are counted as are sent.
        for (_owed += operations; _owed >= _parts; _owed -= _parts)
        {
            _socket.Send(_message);
            for (int got = 0; got < _answer.Length;)
            {
                got += _socket.Receive(_answer.AsSpan(got));
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>The same over the TLS of the runtime, with certificates on both sides.</summary>
internal sealed class RawTlsPingPong : Contender, IDisposable
{
    private readonly SslStream _stream;
    private readonly byte[] _message;
    private readonly byte[] _answer = new byte[RawTarget.AnswerBytes];

    internal RawTlsPingPong(int port, int bytes, string directory)
    {
        _message = new byte[bytes];
        var client = new TcpClient { NoDelay = true };
        client.Connect(IPAddress.Loopback, port);
        _stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        _stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            ClientCertificates = [X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, "initiator.pfx"), null)],
            RemoteCertificateValidationCallback = (_, peer, _, _) => RawTarget.IsOurs(peer),
        });
        _stream.Write(BitConverter.GetBytes(bytes));
    }

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            _stream.Write(_message);
            _stream.ReadExactly(_answer);
        }
    }

    public void Dispose() => _stream.Dispose();
}
