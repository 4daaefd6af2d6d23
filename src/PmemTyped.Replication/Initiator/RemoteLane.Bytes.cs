using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Initiator;

/// <content>Ranges whose bytes come from elsewhere than the local map.</content>
internal sealed partial class RemoteLane
{
    /// <summary>As the other one, with bytes that stay as they are until the target acknowledged them as durable.</summary>
    internal ulong Write(long offset, ReadOnlyMemory<byte> bytes, bool isAtomic, bool drains, in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            FrameHeaderLayout header = Header(isAtomic ? FrameKind.WriteAtomic : FrameKind.Write);
            while (!bytes.IsEmpty)
            {
                int piece = PieceAt(offset, offset + bytes.Length, isAtomic);
                WaitForCredit(piece, in deadline);
                header.PoolOffset = offset;
                header.Flags = drains && piece == bytes.Length ? (byte)FrameFlags.Drain : (byte)0;
                Append(ref header, bytes.Span[..piece], in deadline, bytes[..piece]);
                offset += piece;
                bytes = bytes[piece..];
            }

            if (drains || _writer.Gathered >= EarlyFrames)
            {
                Send(in deadline);
            }

            return _sent;
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }
}
