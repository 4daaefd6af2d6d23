namespace PmemTyped.Replication;

/// <summary>What an initiator was doing when it failed.</summary>
public enum RemoteStage
{
    /// <summary>Reaching the target, and proving who both are.</summary>
    Connect = 0,

    /// <summary>Creating a pool.</summary>
    Create = 1,

    /// <summary>Opening a pool.</summary>
    Open = 2,

    /// <summary>Connecting a lane.</summary>
    Lane = 3,

    /// <summary>Sending a range, or waiting until it is durable.</summary>
    Persist = 4,

    /// <summary>Reading, or comparing.</summary>
    Read = 5,

    /// <summary>Changing attributes.</summary>
    SetAttributes = 6,

    /// <summary>Closing a pool.</summary>
    Close = 7,

    /// <summary>Removing a pool.</summary>
    Remove = 8,

    /// <summary>Asking what a pool is like.</summary>
    Stat = 9,

    /// <summary>Waiting for signs of life.</summary>
    Heartbeat = 10,

    /// <summary>Asking for the history of a copy, or changing it.</summary>
    History = 11,
}
