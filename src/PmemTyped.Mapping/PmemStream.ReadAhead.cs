namespace PmemTyped.Mapping;

/// <content>The kernel reads nothing ahead, so a stream that is read in order asks for what follows (Design 0025).</content>
public sealed partial class PmemStream
{
    private const long StretchBytes = 1 << 20;

    private long _readTo;

    // A read that continues one before it is taken for the beginning of more; the next stretch is asked for at the end of one.
    private void ReadAhead(int lengthBytes)
    {
        bool goesOn = _position == _readTo;
        _readTo = _position + lengthBytes;
        long stretch = _readTo / StretchBytes;
        if (goesOn && stretch != _position / StretchBytes)
        {
            long from = _start + (stretch * StretchBytes);
            _map.Preload(from, Math.Min(2 * StretchBytes, _start + _lengthBytes - from));
        }
    }
}
