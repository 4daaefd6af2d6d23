namespace PmemTyped.Tool.Targets;

/// <summary>How much a target gives to its initiators; what is not given is as the library has it.</summary>
internal sealed record TargetLimits
{
    /// <summary>Gets how many pools may be open at once.</summary>
    public int? Sessions { get; set; }

    /// <summary>Gets how many lanes a pool may have.</summary>
    public int? Lanes { get; set; }

    /// <summary>Gets how many connections may be open that did not say yet what they want.</summary>
    public int? Pending { get; set; }

    /// <summary>Gets the longest payload of a frame in bytes.</summary>
    public int? FrameBytes { get; set; }

    /// <summary>Gets how many bytes a lane may have in flight.</summary>
    public int? WindowBytes { get; set; }

    /// <summary>Gets how many frames a lane may have in flight.</summary>
    public int? WindowFrames { get; set; }

    /// <summary>Gets how long a new connection may take to say what it wants, in milliseconds.</summary>
    public int? HandshakeMs { get; set; }

    /// <summary>Gets how long an initiator may be silent before its pool is closed, in milliseconds.</summary>
    public int? SessionMs { get; set; }

    /// <summary>Gets how long drains may take when the target stops, in milliseconds.</summary>
    public int? StopMs { get; set; }
}
