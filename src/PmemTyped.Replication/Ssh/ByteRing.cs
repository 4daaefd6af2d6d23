namespace PmemTyped.Replication.Ssh;

/// <summary>Bytes that wait, at most so many. Memory is taken with the first byte. Threads: one at a time.</summary>
internal sealed class ByteRing(int capacityBytes)
{
    private byte[]? _bytes;
    private int _start;

    internal int Count { get; private set; }

    internal int Room => capacityBytes - Count;

    /// <summary>Appends all of it; the caller saw that there is room.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _bytes ??= new byte[capacityBytes];
        int end = (_start + Count) % capacityBytes;
        int first = Math.Min(bytes.Length, capacityBytes - end);
        bytes[..first].CopyTo(_bytes.AsSpan(end));
        bytes[first..].CopyTo(_bytes);
        Count += bytes.Length;
    }

    /// <summary>Takes as many as are there and fit.</summary>
    internal int Take(Span<byte> destination)
    {
        int taken = Math.Min(destination.Length, Count);
        int first = Math.Min(taken, capacityBytes - _start);
        _bytes.AsSpan(_start, first).CopyTo(destination);
        _bytes.AsSpan(0, taken - first).CopyTo(destination[first..]);
        _start = (_start + taken) % capacityBytes;
        Count -= taken;
        return taken;
    }
}
