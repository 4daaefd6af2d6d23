namespace PmemTyped.Replication.Frames;

/// <summary>Flags of data frames.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>A drain follows the frame at once, without a frame of its own.</summary>
    Drain = 1,

    /// <summary>The payload has a checksum.</summary>
    Checksum = 2,
}
