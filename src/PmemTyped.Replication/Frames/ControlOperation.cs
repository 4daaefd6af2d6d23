namespace PmemTyped.Replication.Frames;

/// <summary>Operations of the control connection; joining a lane is the first frame of a lane connection.</summary>
internal enum ControlOperation : byte
{
    None = 0,
    Create = 1,
    Open = 2,
    SetAttributes = 3,
    Ticket = 4,
    Join = 5,
    Close = 6,
    Remove = 7,
    Stat = 8,

    /// <summary>Asks for the metadata of a copy.</summary>
    History = 9,

    /// <summary>Asks for a promise of the epoch of the frame; answered with the metadata.</summary>
    Promise = 10,

    /// <summary>Replaces the metadata of a copy, in an epoch that is not below the promised one.</summary>
    Replace = 11,

    /// <summary>Goes on with a session whose control connection was lost.</summary>
    Resume = 20,
}
