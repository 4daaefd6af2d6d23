namespace PmemTyped.Native.Fabric;

/// <summary>What happened to a connection.</summary>
public enum FabricEvent
{
    /// <summary>Nothing in time, or nothing of interest.</summary>
    None = 0,

    /// <summary>It is connected (FI_CONNECTED).</summary>
    Connected = 1,

    /// <summary>The other side ended it, or vanished (FI_SHUTDOWN).</summary>
    Shutdown = 2,
}
