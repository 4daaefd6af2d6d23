using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;

namespace PmemTyped.Replication;

/// <summary>What a target offers, to whom, and how much of it. Immutable.</summary>
public sealed record ReplicaServerOptions
{
    /// <summary>Gets the directory that names of pools begin in.</summary>
    public required string PoolSetDirectory { get; init; }

    /// <summary>Gets the directories that parts may lie in; the default, none, stands for that of the set files.</summary>
    public IReadOnlyList<string> PartDirectories { get; init; } = [];

    /// <summary>Gets who may do what; null, the default, lets everyone whom the transport admits do everything.</summary>
    public IReadOnlyList<ReplicaGrant>? Grants { get; init; }

    /// <summary>
    /// Gets what is told of every request that concerns a pool, on the thread that serves it; or null. It may be called by
    /// several threads at once. What it throws is dropped: an audit that fails refuses nobody and ends nothing.
    /// </summary>
    public Action<ReplicaAudit>? Audit { get; init; }

    /// <summary>Gets the largest number of pools that are open at once. Default 64.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>Gets the largest number of lanes of a pool. Default 64.</summary>
    public int MaxLanes { get; init; } = 64;

    /// <summary>Gets how many connections may be open that have no pool: new ones, and those that only ask. Default 64.</summary>
    public int MaxPending { get; init; } = 64;

    /// <summary>
    /// Gets how often in a minute connections from one address may end before they proved who they are and said what they want;
    /// then new ones from there are refused until some are forgotten. Who succeeds is never counted. Default 30.
    /// </summary>
    public int MaxFailuresPerMinute { get; init; } = 30;

    /// <summary>Gets the longest payload of a frame in bytes. Default 128 KiB.</summary>
    public int MaxFrameBytes { get; init; } = 128 << 10;

    /// <summary>Gets how many payload bytes a lane may have in flight. Default 4 MiB.</summary>
    public int WindowBytes { get; init; } = 4 << 20;

    /// <summary>Gets how many frames a lane may have in flight. Default 256.</summary>
    public int WindowFrames { get; init; } = 256;

    /// <summary>Gets how long a new connection may take to say what it wants. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long an initiator may be silent before its pool is closed. Default 15 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets how long an initiator that lost its connections may take to go on where it was. The pool stays locked meanwhile, but
    /// whoever has the right to open or remove it may do so at once, which ends the lost session. Default 5 s; zero for not at all.
    /// </summary>
    public TimeSpan ResumeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long drains that are under way may take when the server stops. Default 5 s; zero for without limit.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long a ticket for a lane is good for. Default 10 s.</summary>
    public TimeSpan TicketLifetime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets what hears what is made durable in every pool; its exceptions are those of the medium.</summary>
    internal IPersistListener? Listener { get; init; }

    /// <summary>Tells the audit; the only place that calls it. Never throws.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever the audit throws, the request that it is told of was served.")]
    internal void Tell(ReplicaAudit line)
    {
        try
        {
            Audit?.Invoke(line);
        }
        catch (Exception)
        {
            // Documented at Audit.
        }
    }
}
