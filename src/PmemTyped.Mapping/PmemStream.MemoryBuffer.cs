namespace PmemTyped.Mapping;

// What pynvm's MemoryBuffer does at its end: all bytes or none. The order of the conditions is that of the mapping
// specification, section 11.
public sealed partial class PmemStream
{
    /// <summary>Stores all bytes at the position and moves it behind them. Stored on return. (pynvm's write)</summary>
    /// <param name="source">The bytes; empty does nothing, even at the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">They pass the end. Position and content are unchanged.</exception>
    /// <exception cref="NotSupportedException">The map is read-only.</exception>
    public void WriteAll(ReadOnlySpan<byte> source)
    {
        using scoped PmemMapLease lease = Enter();
        if (source.IsEmpty)
        {
            return;
        }

        ThrowIfPastEnd(source.Length, nameof(source));
        ThrowIfReadOnly();
        StoreAtPosition(source);
    }

    /// <summary>Reads so many bytes and moves the position behind them; never fewer. (pynvm's read)</summary>
    /// <param name="count">How many; zero or less stands for <see cref="ReadToEnd"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">They pass the end, one byte at the end too. The position is unchanged.</exception>
    /// <exception cref="EndOfStreamException">All the rest is asked for at the end, where there is none.</exception>
    public byte[] ReadBytes(int count)
    {
        if (count <= 0)
        {
            return ReadToEnd();
        }

        using scoped PmemMapLease lease = Enter();
        ThrowIfPastEnd(count, nameof(count));
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        LoadAtPosition(bytes);
        return bytes;
    }

    /// <summary>Fills a span and moves the position behind what was read; never less. (pynvm's read)</summary>
    /// <param name="destination">Receives as many bytes as it is long; empty reads nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">It passes the end. The position is unchanged.</exception>
    public void ReadBytes(Span<byte> destination)
    {
        using scoped PmemMapLease lease = Enter();
        if (!destination.IsEmpty)
        {
            ThrowIfPastEnd(destination.Length, nameof(destination));
            LoadAtPosition(destination);
        }
    }

    /// <summary>Reads from the position to the end and moves the position there. (pynvm's read without a number)</summary>
    /// <exception cref="EndOfStreamException">The position is at the end.</exception>
    /// <exception cref="InvalidOperationException">The rest does not fit into one array; read it in pieces.</exception>
    public byte[] ReadToEnd()
    {
        using scoped PmemMapLease lease = Enter();
        long rest = RestBytes;
        if (rest == 0)
        {
            throw new EndOfStreamException(
                FormattableString.Invariant($"Cannot read '{_map.Path}' at {_position}: its end is at {_lengthBytes}."));
        }

        if (rest > Array.MaxLength)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Cannot read the {rest} bytes from {_position} of '{_map.Path}' into one array; read them in pieces."));
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)rest);
        LoadAtPosition(bytes);
        return bytes;
    }

    /// <summary>Sets the position; the end itself is allowed. (pynvm's seek)</summary>
    /// <param name="position">Bytes from the start.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or behind the end. The position is unchanged.</exception>
    public void SeekTo(long position)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _lengthBytes);
        _position = position;
    }

    private void ThrowIfPastEnd(int count, string parameter)
    {
        if (count > RestBytes)
        {
            throw new ArgumentOutOfRangeException(parameter, FormattableString.Invariant(
                $"{count} bytes at {_position} of '{_map.Path}' pass its end at {_lengthBytes}. Nothing was moved."));
        }
    }
}
