using System.Net.Sockets;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Tests;

/// <summary>What a socket took is told exactly, also when it took a part.</summary>
public sealed class SocketOutputTests
{
    [Fact]
    public void What_is_told_as_taken_is_what_arrives()
    {
        (Socket near, Socket far) = Connected();
        using (near)
        using (far)
        {
            byte[] sent = new byte[8 << 20];
            new Random(1).NextBytes(sent);

            Assert.Equal(Errno.None, SocketOutput.TrySend(near.SafeHandle, sent, [], out int taken));
            Assert.InRange(taken, 1, sent.Length - 1);
            while (SocketOutput.TrySend(near.SafeHandle, sent.AsSpan(taken), [], out int more) == Errno.None)
            {
                taken += more;
            }

            Assert.Equal(Errno.Again, SocketOutput.TrySend(near.SafeHandle, sent, [], out int none));
            Assert.Equal(0, none);
            near.Dispose();
            byte[] received = new byte[sent.Length];
            int got = 0;
            for (int n = 1; n > 0; got += n)
            {
                n = far.Receive(received.AsSpan(got));
            }

            Assert.Equal(taken, got);
            Assert.Equal(sent[..got], received[..got]);
        }
    }

    [Fact]
    public void A_peer_that_is_gone_is_an_error_and_no_signal()
    {
        (Socket near, Socket far) = Connected();
        far.Dispose();
        using (near)
        {
            Assert.NotEqual(Errno.None, SocketOutput.TrySend(near.SafeHandle, new byte[8], [], out int count));
            Assert.Equal(0, count);
        }

        Assert.Throws<ObjectDisposedException>(() => SocketOutput.TrySend(near.SafeHandle, new byte[8], [], out _));
    }

    private static (Socket Near, Socket Far) Connected()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        near.Connect(new UnixDomainSocketEndPoint(path));
        Socket far = listener.Accept();
        File.Delete(path);
        return (near, far);
    }
}
