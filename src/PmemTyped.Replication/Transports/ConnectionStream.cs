namespace PmemTyped.Replication.Transports;

/// <summary>A connection as the stream that TLS runs over; the deadlines are those of the call above it.</summary>
internal sealed class ConnectionStream(ReplicaConnection connection) : Stream
{
    internal ReplicaDeadline ReceiveDeadline { get; set; }

    internal ReplicaDeadline SendDeadline { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // TLS asks for no bytes before it takes a buffer, in order to wait without one. It has a buffer here, and waiting in the call
    // for the bytes themselves saves a system call of each record.
    public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : connection.Receive(buffer, ReceiveDeadline);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => connection.Send(buffer, SendDeadline);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }
}
