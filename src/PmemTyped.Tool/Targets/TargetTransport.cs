namespace PmemTyped.Tool.Targets;

/// <summary>How a target is reached. An enumeration of its own, so that no number stands for one.</summary>
internal enum TargetTransport
{
    /// <summary>A Unix socket.</summary>
    Unix = 1,

    /// <summary>Plain TCP.</summary>
    Tcp = 2,

    /// <summary>TLS 1.3 with certificates on both sides.</summary>
    Tls = 3,
}
