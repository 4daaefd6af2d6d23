namespace PmemTyped.Replication.Frames;

/// <summary>Options of requests and answers on the control connection.</summary>
[Flags]
internal enum ControlOptions : uint
{
    None = 0,
    HasAttributes = 1,
    Force = 2,
    SetFile = 4,
    RemoveCreated = 8,
    HasMetadata = 16,
    Request = HasAttributes | Force | SetFile | RemoveCreated | HasMetadata,
}
