using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication.Ssh;

/// <summary>
/// One ssh client, the trunk over it, and the port for lanes beside it. It ends with the last connection that was made through
/// it. Threads: safe.
/// </summary>
internal sealed class SshSession : IDisposable
{
    private static readonly TimeSpan s_besideTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly SshClient _client;
    private readonly ReplicaIdentity? _identity;
    private readonly Trunk _trunk;
    private IPEndPoint? _lanes;
    private int _connections;
    private bool _isEnded;

    private SshSession(SshClient client, ReplicaIdentity? identity, IPEndPoint? lanes)
    {
        _client = client;
        _identity = identity;
        _lanes = lanes;
        _trunk = new Trunk(client.Input, client.Output, "target", client.Reason);
        _trunk.Start();
    }

    /// <summary>Gets how many connections run beside the trunk, for tests.</summary>
    internal int LanesBeside { get; private set; }

    /// <summary>Starts the client and exchanges greetings. When that fails, nothing of it is left.</summary>
    internal static SshSession Start(SshCommand command, RpmemTarget target, bool usesStdioOnly, in ReplicaDeadline deadline)
    {
        var client = SshClient.Start(command, target);
        X509Certificate2? certificate = usesStdioOnly ? null : LaneCertificate.New();
        try
        {
            TrunkHello hello = Greet(client, certificate is null ? null : ReplicaIdentity.PinOf(certificate), target.Host, in deadline);
            bool hasLanes = certificate is not null && hello.Pin is not null && hello.Lanes is not null;
            if (!hasLanes)
            {
                certificate?.Dispose();
                return new SshSession(client, identity: null, lanes: null);
            }

            return new SshSession(client, ReplicaIdentity.Pinned(certificate!, hello.Pin!), hello.Lanes);
        }
        catch
        {
            certificate?.Dispose();
            client.Dispose();
            throw;
        }
    }

    /// <summary>A connection, beside the trunk if it is not the first one; null when the session ended meanwhile.</summary>
    internal ReplicaConnection? TryConnect(in ReplicaDeadline deadline)
    {
        bool isFirst;
        lock (_lock)
        {
            if (_isEnded || _trunk.IsEnded)
            {
                return null;
            }

            isFirst = _connections++ == 0;
        }

        try
        {
            ReplicaConnection? beside = isFirst ? null : TryBeside(in deadline);
            return new SshConnection(beside ?? _trunk.Open(in deadline), this);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>One connection less; with the last one everything ends.</summary>
    internal void Release()
    {
        lock (_lock)
        {
            if (--_connections > 0)
            {
                return;
            }
        }

        Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
        }

        _trunk.Stop();
        _client.Dispose();
        _identity?.Dispose();
    }

    // A pipe has no deadline, so a thread writes and reads, and the child is killed when it takes too long.
    private static TrunkHello Greet(SshClient client, byte[]? pin, string host, in ReplicaDeadline deadline)
    {
        Task<byte[]?> greeting = Task.Factory.StartNew(
            () =>
            {
                client.Output.Write(new TrunkHello(pin, null).ToBytes());
                client.Output.Flush();
                return TrunkHello.ReadLine(client.Input);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            while (!Task.WaitAll([greeting], Math.Min(deadline.RemainingMs, SocketConnection.SliceMs)))
            {
                if (deadline.RemainingMs == 0)
                {
                    throw new TimeoutException($"The tool on {host} did not answer in time by ssh; ssh was ended");
                }

                deadline.ThrowIfOver();
            }

            return greeting.Result is { } line ? TrunkHello.Parse(line) : throw new IOException(client.Reason());
        }
        catch (AggregateException e)
        {
            throw new IOException(client.Reason(), e.InnerException);
        }
    }

    private TlsConnection? TryBeside(in ReplicaDeadline deadline)
    {
        if (_lanes is not { } place)
        {
            return null;
        }

        TlsConnection? tls = null;
        try
        {
            int timeoutMs = Math.Min(deadline.RemainingMs, (int)s_besideTimeout.TotalMilliseconds);
            var transport = new SocketTransport(
                $"ssh:{place}", _ => [place], s => tls = new TlsConnection(new SocketConnection(s, "target"), _identity!, LaneCertificate.Name));
            ReplicaDeadline beside = ReplicaDeadline.After(TimeSpan.FromMilliseconds(Math.Max(timeoutMs, 1)));
            _ = transport.Connect(in beside);
            tls!.Handshake(in beside);
            LanesBeside++;
            return tls;
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // No way to that port, or somebody else is there. Ssh itself carries the rest.
            tls?.Dispose();
            _lanes = null;
            return null;
        }
    }
}
