using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Initiator;

/// <summary>
/// The frames of a lane that the target did not say are stored, so that they can be sent again. Small payloads are kept as
/// copies; large ones stay where they were sent from, and their checksum tells whether they are still what was sent. Allocates
/// once.
/// </summary>
internal sealed class ReplayLog(int frames)
{
    /// <summary>The most frames of a lane that are in flight, whatever the target grants.</summary>
    internal const int MaxFrames = 1024;

    private readonly FrameHeaderLayout[] _headers = new FrameHeaderLayout[frames];
    private readonly ReadOnlyMemory<byte>[] _sources = new ReadOnlyMemory<byte>[frames];
    private readonly byte[] _payloads = GC.AllocateUninitializedArray<byte>(frames * FrameWriter.CopiedBytes);

    /// <summary>
    /// Keeps a frame as it was written, in the place of one that is long stored, with what its payload was sent from; empty for
    /// the map.
    /// </summary>
    internal void Keep(in FrameHeaderLayout header, ReadOnlySpan<byte> payload, ReadOnlyMemory<byte> source)
    {
        int place = PlaceOf(header.Sequence);
        _headers[place] = header;
        _sources[place] = source;
        if (payload.Length <= FrameWriter.CopiedBytes)
        {
            payload.CopyTo(_payloads.AsSpan(place * FrameWriter.CopiedBytes));
        }
        else if (((FrameFlags)header.Flags & FrameFlags.Checksum) == 0)
        {
            // The connection protects its bytes and needs no checksum; we do.
            _headers[place].PayloadChecksum = Crc32C.Compute(payload);
        }
    }

    /// <summary>Makes a question that nobody waits for any more one for nothing.</summary>
    internal void Forget(ulong sequence)
    {
        ref FrameHeaderLayout header = ref _headers[PlaceOf(sequence)];
        if (header.Kind is FrameKind.Read or FrameKind.HashRequest)
        {
            header.UpTo = header.PoolOffset;
        }
    }

    internal FrameHeaderLayout HeaderOf(ulong sequence) => _headers[PlaceOf(sequence)];

    /// <summary>The payload of a frame that is small enough to be kept.</summary>
    internal ReadOnlySpan<byte> PayloadOf(in FrameHeaderLayout header) =>
        _payloads.AsSpan(PlaceOf(header.Sequence) * FrameWriter.CopiedBytes, (int)header.PayloadBytes);

    /// <summary>What a large payload was sent from; empty for the map.</summary>
    internal ReadOnlySpan<byte> SourceOf(ulong sequence) => _sources[PlaceOf(sequence)].Span;

    private int PlaceOf(ulong sequence) => (int)(sequence % (ulong)frames);
}
