using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Replication.Ssh;

/// <summary>Reaches a target through the ssh client (Design 0024). One client serves all connections that exist at a time. Threads: safe.</summary>
internal sealed class SshTransport(RpmemTarget target, SshCommand command, bool usesStdioOnly) : IReplicaTransport
{
    private readonly object _lock = new();
    private SshSession? _session;

    public string Name { get; } =
        $"ssh:{(target.User is null ? string.Empty : $"{target.User}@")}{target.Host}{(target.Port is null ? string.Empty : $":{target.Port}")}";

    /// <summary>Gets the session that the last connection was made through, for tests.</summary>
    internal SshSession? Session => _session;

    [SuppressMessage("Reliability", "CA2000", Justification = "Whoever asked for the connection disposes it.")]
    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        if (!Monitor.TryEnter(_lock, deadline.RemainingMs))
        {
            throw new TimeoutException("Another connection by ssh was not made in time.");
        }

        try
        {
            if (_session?.TryConnect(in deadline) is { } connection)
            {
                return connection;
            }

            _session?.Dispose();
            _session = null;
            _session = SshSession.Start(command, target, usesStdioOnly, in deadline);
            return _session.TryConnect(in deadline) ?? throw new IOException($"ssh to {target.Host} ended as soon as it had begun.");
        }
        finally
        {
            Monitor.Exit(_lock);
        }
    }
}
