namespace PmemTyped.CrashTesting;

/// <summary>
/// An atom or a line with stores that are not durable yet: the value on the medium first, then every value since. A
/// crash leaves any one of them.
/// </summary>
internal sealed class CrashCell(long offset, byte[] durable)
{
    private int _flushed;

    internal long Offset { get; } = offset;

    internal List<byte[]> Values { get; } = [durable];

    /// <summary>Notes a store to some bytes of the cell.</summary>
    internal void Store(int start, ReadOnlySpan<byte> bytes)
    {
        byte[] next = (byte[])Values[^1].Clone();
        bytes.CopyTo(next.AsSpan(start));
        Values.Add(next);
    }

    /// <summary>Notes that write-back of the present value was requested.</summary>
    internal void Flush() => _flushed = Values.Count - 1;

    /// <summary>What was flushed becomes the value on the medium.</summary>
    /// <returns>Whether nothing newer is left.</returns>
    internal bool Drain()
    {
        Values.RemoveRange(0, _flushed);
        _flushed = 0;
        return Values.Count == 1;
    }
}
