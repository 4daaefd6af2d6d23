namespace PmemTyped.Replication.Initiator;

/// <summary>What the target told about a lane when the pool was opened.</summary>
/// <param name="Number">Number of the lane.</param>
/// <param name="Epoch">The epoch that frames carry.</param>
/// <param name="WindowBytes">Payload bytes that may be in flight.</param>
/// <param name="WindowFrames">Frames that may be in flight.</param>
/// <param name="FrameBytes">The longest payload.</param>
internal sealed record LaneWindow(ushort Number, ulong Epoch, uint WindowBytes, uint WindowFrames, int FrameBytes);
