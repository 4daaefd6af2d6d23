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
}
