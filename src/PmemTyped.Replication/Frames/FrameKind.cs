namespace PmemTyped.Replication.Frames;

/// <summary>What a frame is. Zero is no frame.</summary>
internal enum FrameKind : byte
{
    None = 0,

    /// <summary>Stores the payload, in any order.</summary>
    Write = 1,

    /// <summary>Stores the payload in aligned 8-byte words.</summary>
    WriteAtomic = 2,

    /// <summary>Makes all frames before it on this lane durable.</summary>
    Drain = 3,

    /// <summary>As drain; the range goes past the buffers of the memory controller.</summary>
    DeepDrain = 4,

    /// <summary>Asks for the bytes of a range.</summary>
    Read = 5,

    /// <summary>Bytes of a range.</summary>
    ReadData = 6,

    /// <summary>Says what is stored and what is durable.</summary>
    Acknowledge = 7,

    /// <summary>Asks whether the target lives; is answered by itself.</summary>
    Ping = 8,

    /// <summary>A control request or its answer; the flags name the operation.</summary>
    Control = 9,

    /// <summary>Asks for the hash of a range.</summary>
    HashRequest = 10,

    /// <summary>The hash of a range.</summary>
    HashAnswer = 11,

    /// <summary>A refusal; the payload says why, in UTF-8.</summary>
    Error = 12,
}
