using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Initiator;

namespace PmemTyped.Replication.Target;

/// <summary>
/// What a lane's initiator was not told of yet. An acknowledgement wakes it in the middle of sending, so after a large piece, which
/// others follow mostly, one that nobody waits for can wait itself: as long as the initiator has credit for another frame without
/// it. Threads: one.
/// </summary>
internal sealed class DueAcknowledgement(ReplicaServerOptions options)
{
    private const int UntoldFrames = 64;
    private const int UntoldBytes = 1 << 20;

    private readonly int _mostFrames = Math.Min(UntoldFrames, Math.Min(options.WindowFrames, ReplayLog.MaxFrames) - 1);
    private readonly int _mostBytes = Math.Min(UntoldBytes, options.WindowBytes - options.MaxFrameBytes);
    private int _frames;
    private int _bytes;
    private bool _isAwaited;
    private bool _isLarge;

    /// <summary>Takes in a frame that was served.</summary>
    internal void Add(int payloadBytes, bool isAwaited)
    {
        _frames++;
        _bytes += payloadBytes;
        _isAwaited |= isAwaited;
        _isLarge = payloadBytes > FrameWriter.CopiedBytes;
    }

    /// <summary>Whether the initiator has to be told now.</summary>
    /// <param name="isIdle">Whether nothing more has arrived.</param>
    /// <param name="hasError">Whether there is a refusal to tell.</param>
    internal bool IsUrgent(bool isIdle, bool hasError) =>
        _frames > 0 && (_frames >= _mostFrames || _bytes >= _mostBytes || (isIdle && (_isAwaited || hasError || !_isLarge)));

    internal void Clear()
    {
        _frames = 0;
        _bytes = 0;
        _isAwaited = false;
    }
}
