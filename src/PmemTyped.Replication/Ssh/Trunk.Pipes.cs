namespace PmemTyped.Replication.Ssh;

/// <content>The two threads at the pipes, and what becomes of frames that arrive.</content>
internal sealed partial class Trunk
{
    private void ReadAll()
    {
        byte[] buffer = new byte[TrunkFrame.MaxPayloadBytes];
        try
        {
            while (true)
            {
                Read(buffer.AsSpan(0, TrunkFrame.HeaderBytes));
                TrunkFrame frame = TrunkFrame.Read(buffer);
                Span<byte> payload = buffer.AsSpan(0, frame.PayloadBytes);
                Read(payload);
                Take(frame, payload);
            }
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    private void Read(Span<byte> buffer)
    {
        try
        {
            _input.ReadExactly(buffer);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new IOException(_reason(), e);
        }
    }

    private void WriteAll()
    {
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                int taken;
                lock (_lock)
                {
                    while (_outgoing.Count == 0)
                    {
                        if (_failure is not null)
                        {
                            return;
                        }

                        Monitor.Wait(_lock);
                    }

                    taken = _outgoing.Take(buffer);
                    Monitor.PulseAll(_lock);
                }

                _output.Write(buffer, 0, taken);
                _output.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Fail(new IOException(_reason(), e));
        }
    }

    private void Take(TrunkFrame frame, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (frame.Kind == TrunkFrameKind.Open)
            {
                Begin(frame.Stream);
                return;
            }

            if (!_streams.TryGetValue(frame.Stream, out TrunkStream? stream) || stream.IsEndedThere)
            {
                throw OutOfStep();
            }

            switch (frame.Kind)
            {
                case TrunkFrameKind.Data when payload.Length <= stream.Received.Room - stream.Uncredited:
                    if (!stream.IsEndedHere)
                    {
                        stream.Received.Append(payload);
                    }

                    break;
                case TrunkFrameKind.Credit when stream.Credit + frame.Length <= WindowBytes:
                    stream.Credit += frame.Length;
                    break;
                case TrunkFrameKind.Close:
                    stream.IsEndedThere = true;
                    Forget(stream);
                    break;
                default:
                    throw OutOfStep();
            }

            Monitor.PulseAll(_lock);
        }
    }

    private void Begin(ushort number)
    {
        var stream = new TrunkStream(this, number);
        if (_streams.Count == MaxStreams || !_streams.TryAdd(number, stream))
        {
            throw OutOfStep();
        }

        _opened.Enqueue(stream);
        Monitor.PulseAll(_lock);
    }
}
