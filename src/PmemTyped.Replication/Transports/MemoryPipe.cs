namespace PmemTyped.Replication.Transports;

/// <summary>Bytes in one direction, as many as a socket buffer holds.</summary>
internal sealed class MemoryPipe
{
    private const int BufferBytes = 128 << 10;
    private const int SliceMs = 50;

    private readonly byte[] _bytes = new byte[BufferBytes];
    private readonly object _lock = new();
    private int _start;
    private int _count;
    private bool _isClosed;

    internal int Read(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        lock (_lock)
        {
            while (_count == 0)
            {
                if (_isClosed)
                {
                    return 0;
                }

                deadline.ThrowIfOver();
                _ = Monitor.Wait(_lock, Math.Min(SliceMs, deadline.RemainingMs));
            }

            int read = Math.Min(Math.Min(buffer.Length, _count), BufferBytes - _start);
            _bytes.AsSpan(_start, read).CopyTo(buffer);
            _start = (_start + read) % BufferBytes;
            _count -= read;
            Monitor.PulseAll(_lock);
            return read;
        }
    }

    internal void Write(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        lock (_lock)
        {
            while (bytes.Length > 0)
            {
                if (_isClosed)
                {
                    throw new IOException("The connection was closed.");
                }

                if (_count == BufferBytes)
                {
                    deadline.ThrowIfOver();
                    _ = Monitor.Wait(_lock, Math.Min(SliceMs, deadline.RemainingMs));
                    continue;
                }

                int end = (_start + _count) % BufferBytes;
                int written = Math.Min(Math.Min(bytes.Length, BufferBytes - _count), BufferBytes - end);
                bytes[..written].CopyTo(_bytes.AsSpan(end));
                _count += written;
                bytes = bytes[written..];
                Monitor.PulseAll(_lock);
            }
        }
    }

    internal void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }
}
