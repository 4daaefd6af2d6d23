namespace PmemTyped.Replication.Ssh;

/// <summary>What a frame of a trunk does to its stream. Zero is no frame.</summary>
internal enum TrunkFrameKind : byte
{
    None = 0,

    /// <summary>Begins a stream.</summary>
    Open = 1,

    /// <summary>Carries bytes.</summary>
    Data = 2,

    /// <summary>Lets the peer send so many bytes more.</summary>
    Credit = 3,

    /// <summary>Ends both directions; each side sends it once.</summary>
    Close = 4,
}
