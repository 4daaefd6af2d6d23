using System.Buffers.Binary;

namespace PmemTyped.Replication.Ssh;

/// <summary>
/// The frames of a trunk: a header, and for data its payload. Numbers are little-endian.
/// <code>
///   0  kind   1 | 0   1 | stream   2 | length   4
/// </code>
/// </summary>
internal readonly record struct TrunkFrame(TrunkFrameKind Kind, ushort Stream, int Length)
{
    internal const int HeaderBytes = 8;

    /// <summary>The longest payload: a stream that sends much lets others in between.</summary>
    internal const int MaxPayloadBytes = 16 << 10;

    /// <summary>Gets how many bytes follow the header; the length of a credit is the credit.</summary>
    internal int PayloadBytes => Kind == TrunkFrameKind.Data ? Length : 0;

    internal static TrunkFrame Read(ReadOnlySpan<byte> header)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var kind = (TrunkFrameKind)header[0];
        bool isSound = header[1] == 0 && kind switch
        {
            TrunkFrameKind.Data => length is > 0 and <= MaxPayloadBytes,
            TrunkFrameKind.Credit => length is > 0 and <= Trunk.WindowBytes,
            TrunkFrameKind.Open or TrunkFrameKind.Close => length == 0,
            _ => false,
        };
        return isSound
            ? new TrunkFrame(kind, BinaryPrimitives.ReadUInt16LittleEndian(header[2..]), (int)length)
            : throw new IOException("The other end of ssh is out of step: a frame of the trunk makes no sense.");
    }

    internal void Write(Span<byte> header)
    {
        header[0] = (byte)Kind;
        header[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], Stream);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)Length);
    }
}
