namespace PmemTyped.Replication.Frames;

/// <summary>What an answer says about a pool.</summary>
[Flags]
internal enum PoolFlags : uint
{
    None = 0,
    HasHeaders = 1,
    SingleHeader = 2,
    IsOpen = 4,
}
