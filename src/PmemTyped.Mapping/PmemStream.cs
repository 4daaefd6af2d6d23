using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Mapping;

/// <summary>
/// A map, or a range of one, as a stream of fixed length. Comes from <see cref="PmemMap.OpenStream(bool)"/>.
/// <see cref="WriteAll"/>, <see cref="ReadBytes(int)"/>, <see cref="ReadToEnd"/> and <see cref="SeekTo"/> move all bytes or
/// none and never pass the end, as the buffer of pynvm; all other members behave as .NET expects of a stream.
/// (mapping specification, section 11; pynvm's MemoryBuffer)
/// </summary>
/// <remarks>
/// <para>What is written is Stored; <see cref="Flush"/> makes it Persisted, and so does disposing, which then gives the map
/// back. pynvm flushes nothing when its with-block ends by an exception; a stream cannot see that, and flushing more is
/// harmless.</para>
/// <para>The stream holds the mapping until it is disposed, even when the map is disposed earlier; one that is never disposed
/// holds it until the process ends. After disposing, every member but the Can properties throws
/// <see cref="ObjectDisposedException"/>. Once a flush of the map has failed, those that touch bytes throw
/// <see cref="PmemFaultedException"/>. Asynchronous members do their work at the call, throw there, and return completed.
/// Threads: one at a time.</para>
/// <para>On cache-line granularity a write far from what is still dirty persists that first, because a flush across a large
/// gap would cost more.</para>
/// </remarks>
public sealed partial class PmemStream : Stream
{
    private readonly PmemMap _map;
    private readonly long _start;
    private readonly long _lengthBytes;
    private readonly bool _leaveMapOpen;
    private StoredRange _stored;
    private long _position;
    private bool _isDisposed;
    private Task<int>? _lastRead;

    internal PmemStream(PmemMap map, long start, long lengthBytes, bool leaveMapOpen)
    {
        map.AddReference();
        _map = map;
        _start = start;
        _lengthBytes = lengthBytes;
        _leaveMapOpen = leaveMapOpen;
        _stored = new StoredRange(map);
    }

    /// <inheritdoc/>
    public override bool CanRead => !Volatile.Read(ref _isDisposed);

    /// <inheritdoc/>
    public override bool CanSeek => CanRead;

    /// <summary>Gets a value indicating whether bytes may be written: the map is writable and the stream open.</summary>
    public override bool CanWrite => CanRead && _map.IsWritable;

    /// <summary>Gets the number of bytes, which never changes.</summary>
    public override long Length
    {
        get
        {
            ThrowIfDisposed();
            return _lengthBytes;
        }
    }

    /// <summary>Gets or sets the position in bytes; behind the end is allowed, there is nothing to read there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public override long Position
    {
        get
        {
            ThrowIfDisposed();
            return _position;
        }

        set
        {
            ThrowIfDisposed();
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    private long RestBytes => Math.Max(0, _lengthBytes - _position);

    /// <summary>Reads what is there, up to the length of the span; 0 at the end and behind it.</summary>
    /// <param name="buffer">Receives the bytes.</param>
    public override int Read(Span<byte> buffer)
    {
        using scoped PmemMapLease lease = Enter();
        int count = (int)Math.Min(buffer.Length, RestBytes);
        if (count > 0)
        {
            LoadAtPosition(buffer[..count]);
        }

        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken)
            : new ValueTask<int>(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<int>(cancellationToken);
        }

        int read = Read(buffer.AsSpan(offset, count));
        return IsLastRead(read) ? _lastRead : _lastRead = Task.FromResult(read);
    }

    /// <summary>Stores all bytes at the position and moves it behind them. Stored on return.</summary>
    /// <param name="buffer">The bytes; empty does nothing.</param>
    /// <exception cref="NotSupportedException">They pass the end, or the map is read-only. Nothing was stored.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        using scoped PmemMapLease lease = Enter();
        ThrowIfReadOnly();
        if (buffer.IsEmpty)
        {
            return;
        }

        if (buffer.Length > RestBytes)
        {
            throw new NotSupportedException(FormattableString.Invariant(
                $"Cannot write {buffer.Length} bytes at {_position} of '{_map.Path}', whose end is fixed at {_lengthBytes}. Map a larger file."));
        }

        StoreAtPosition(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Sets the position relative to an origin; behind the end is allowed.</summary>
    /// <param name="offset">Bytes from the origin.</param>
    /// <param name="origin">Start, position or end.</param>
    /// <exception cref="IOException">The result is before the start, or no position at all. The position is unchanged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such origin.</exception>
    public override long Seek(long offset, SeekOrigin origin)
    {
        ThrowIfDisposed();
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => _lengthBytes,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Seek from the start, the position or the end."),
        };

        // No origin is negative, so a sum that overflows is negative too.
        long target = unchecked(from + offset);
        return target >= 0
            ? _position = target
            : throw new IOException(FormattableString.Invariant(
                $"Cannot seek {offset} bytes from {from} in '{_map.Path}': that is outside the positions of a stream."));
    }

    /// <summary>Is not supported: the length is that of the mapped range.</summary>
    /// <param name="value">Ignored.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value)
    {
        ThrowIfDisposed();
        throw new NotSupportedException(
            $"The length of a stream over '{_map.Path}' is that of the mapped range. Map another length.");
    }

    /// <summary>
    /// Makes durable what was written since the last flush, with the means of the map's granularity. Persisted on return.
    /// </summary>
    /// <exception cref="PmemFaultedException">The flush failed, or an earlier one did.</exception>
    public override void Flush()
    {
        using scoped PmemMapLease lease = Enter();
        _stored.Persist();
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            try
            {
                _stored.Persist();
            }
            finally
            {
                _map.Handle.DangerousRelease();
                if (!_leaveMapOpen)
                {
                    _map.Dispose();
                }
            }
        }

        base.Dispose(disposing);
    }

    // A lease for each call: disposing on another thread in the middle of a copy must not unmap under it.
    private PmemMapLease Enter()
    {
        ThrowIfDisposed();
        _map.ThrowIfFaulted();
        return new PmemMapLease(_map);
    }

    // Reads in a loop mostly have one length, so one completed task serves them all.
    [MemberNotNullWhen(true, nameof(_lastRead))]
    private bool IsLastRead(int count) => _lastRead is not null && _lastRead.Result == count;

    private void LoadAtPosition(Span<byte> destination)
    {
        ReadAhead(destination.Length);
        _map.DangerousGetMedium().Load(_start + _position, destination);
        _position += destination.Length;
    }

    private void StoreAtPosition(ReadOnlySpan<byte> source)
    {
        _stored.Store(_start + _position, source);
        _position += source.Length;
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);

    private void ThrowIfReadOnly()
    {
        if (!_map.IsWritable)
        {
            throw new NotSupportedException($"'{_map.Path}' is mapped read-only, so its stream cannot be written. Map it writable.");
        }
    }
}
