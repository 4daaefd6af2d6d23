using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Native;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// The bare peer in the process of the target: answers 8 bytes to each message, whose length comes first. A negative length asks that
/// messages are received straight into a mapped file and flushed there.
/// </summary>
internal sealed class RawTarget(string directory)
{
    internal const int AnswerBytes = 8;

    // PROT_READ and PROT_WRITE.
    private const int ReadWrite = 3;

    private readonly X509Certificate2 _certificate =
        X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, "target.pfx"), null);

    /// <summary>Whether both ends belong to the same run.</summary>
    internal static bool IsOurs(X509Certificate? peer) => peer?.Issuer == "CN=" + ReplicationTarget.Authority;

    /// <summary>Listens, serves every connection with a thread of its own, and returns the port.</summary>
    internal int Listen(bool isSecured)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        new Thread(() => AcceptAll(listener, isSecured)) { IsBackground = true }.Start();
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private void AcceptAll(Socket listener, bool isSecured)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            socket.NoDelay = true;
            new Thread(() => Serve(socket, isSecured)) { IsBackground = true }.Start();
        }
    }

    private void Serve(Socket socket, bool isSecured)
    {
        try
        {
            if (isSecured)
            {
                AnswerSecured(socket);
            }
            else
            {
                Answer(socket);
            }
        }
        catch (IOException)
        {
            // The peer has what it wanted.
        }
    }

    private void Answer(Socket socket)
    {
        byte[] size = new byte[sizeof(int)];
        if (!TryFill(socket, size))
        {
            return;
        }

        int bytes = BitConverter.ToInt32(size);
        if (bytes < 0)
        {
            AnswerStored(socket, -bytes);
            return;
        }

        byte[] message = new byte[bytes];
        byte[] answer = new byte[AnswerBytes];
        while (TryFill(socket, message))
        {
            socket.Send(answer);
        }
    }

    private void AnswerStored(Socket socket, int bytes)
    {
        string path = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(path, UnixFileMode.UserRead | UnixFileMode.UserWrite, out _)
            ?? throw new IOException($"'{path}' cannot be created.");
        _ = file.SetLength(bytes);
        using SafeMapHandle map = SafeMapHandle.Map(
            new MapRequest(file, OffsetBytes: 0, bytes, ReadWrite, IsPrivate: false), out _, out _)
            ?? throw new IOException($"'{path}' cannot be mapped.");
        NativeRange range = map.Range;
        byte[] answer = new byte[AnswerBytes];
        while (TryFill(socket, range.DangerousWritableWindow(0, bytes)))
        {
            range.FlushLines(0, bytes);
            PersistInstructions.Fence();
            socket.Send(answer);
        }
    }

    private void AnswerSecured(Socket socket)
    {
        using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        stream.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, peer, _, _) => IsOurs(peer),
        });
        byte[] size = new byte[sizeof(int)];
        stream.ReadExactly(size);
        byte[] message = new byte[BitConverter.ToInt32(size)];
        byte[] answer = new byte[AnswerBytes];
        while (true)
        {
            stream.ReadExactly(message);
            stream.Write(answer);
        }
    }

    private static bool TryFill(Socket socket, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int received = socket.Receive(bytes);
            if (received == 0)
            {
                return false;
            }

            bytes = bytes[received..];
        }

        return true;
    }
}
