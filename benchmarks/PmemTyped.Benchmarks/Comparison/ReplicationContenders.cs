using System.Net;
using System.Net.Sockets;
using PmemTyped.Replication;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Persists one range, over and over; bulk data without whole words, as the object store of PMDK does.</summary>
internal sealed class RemotePersists(RemotePool pool, int lane, int bytes) : Contender
{
    internal const long Offset = 8192;

    private const int SmallBytes = 8 << 10;
    private readonly RemotePersist _how = bytes > SmallBytes ? RemotePersist.Relaxed : RemotePersist.None;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            pool.Persist(Offset, bytes, lane, _how);
        }
    }
}

/// <summary>Flushes ranges and drains every so many of them; an operation is a flush.</summary>
internal sealed class RemoteFlushes(RemotePool pool, int bytes, int perDrain) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 1; i <= operations; i++)
        {
            pool.Flush(RemotePersists.Offset, bytes);
            if (i % perDrain == 0)
            {
                pool.Drain();
            }
        }

        pool.Drain();
    }
}

/// <summary>Opens a pool and closes it again.</summary>
internal sealed class RemoteOpens(Func<RemotePool> open) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            open().Close();
        }
    }
}

/// <summary>Sends a message and waits for 8 bytes: what a socket can do. An operation is a part of the message.</summary>
internal sealed class RawPingPong : Contender, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _message;
    private readonly byte[] _answer = new byte[8];
    private readonly int _parts;

    internal RawPingPong(int port, int bytes, int parts = 1)
    {
        _message = new byte[bytes * parts];
        _parts = parts;
        _socket.Connect(IPAddress.Loopback, port);
        _socket.Send(BitConverter.GetBytes(_message.Length));
    }

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i += _parts)
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

/// <summary>Contenders, one for each thread.</summary>
internal sealed class OnePerThread(IReadOnlyList<Contender> contenders) : Writers([0])
{
    protected override void Write(long block, int thread) => contenders[thread].Run(1);
}
