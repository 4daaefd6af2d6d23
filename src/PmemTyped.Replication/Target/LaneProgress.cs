using PmemTyped.Mapping;
using PmemTyped.Native.Linux;

namespace PmemTyped.Replication.Target;

/// <summary>
/// How far a lane of a session got, which outlives its connections: a lane that joins again goes on where the last connection
/// ended, and what was sent twice is told by its number. Threads: that of the connection; the next one begins after it ended.
/// </summary>
internal sealed class LaneProgress(LaneFacts facts)
{
    private readonly PmemMap _map = facts.Map;

    internal TargetImage<MapMedium> Image { get; } =
        new(facts.Map.DangerousGetMedium(), facts.WindowBytes, facts.HasHeaders);

    /// <summary>Gets or sets the last frame that is stored.</summary>
    internal ulong Stored { get; set; }

    /// <summary>Gets or sets the last frame that is durable.</summary>
    internal ulong Durable { get; set; }

    /// <summary>Gets or sets the payload bytes that were stored, modulo 2^32.</summary>
    internal uint StoredBytes { get; set; }

    /// <summary>Gets the error that the next acknowledgement tells.</summary>
    internal int Status { get; private set; }

    private int Told { get; set; }

    private ulong ToldUpTo { get; set; }

    internal void Note(int error) => Status = Status == Errno.None ? error : Status;

    /// <summary>
    /// A refusal is told once, unless the frames that it was told for come again: then it did not arrive. What the medium did
    /// stays.
    /// </summary>
    internal void NoteTold()
    {
        if (Status != Errno.None)
        {
            Told = Status;
            ToldUpTo = Stored;
            Status = Status == Errno.InputOutput ? Status : Errno.None;
        }
    }

    internal void NoteAgain(ulong sequence)
    {
        if (sequence <= ToldUpTo)
        {
            Note(Told);
        }
    }

    /// <summary>
    /// Waits for the flushes of this thread: a drain covers those of its own thread only, and the drain that is asked for may come
    /// on the next connection. Pages that are to be synced stay noted.
    /// </summary>
    internal void EndConnection()
    {
        try
        {
            _map.DangerousGetMedium().Drain(default);
        }
        catch (PmemFaultedException)
        {
            Note(Errno.InputOutput);
        }
    }
}
