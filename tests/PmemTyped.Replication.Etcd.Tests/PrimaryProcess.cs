using System.Diagnostics;
using System.Globalization;
using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Etcd.Tests;

/// <summary>
/// A pool whose primary is a process of its own, and two replicas at a target in this one. The process asks etcd whether it may
/// write, opens the pool, and says each number that it stored when it is acknowledged.
/// </summary>
internal sealed class PrimaryProcess : IDisposable
{
    internal const int NotChosen = 3;
    internal const int Fenced = 4;

    private const int Replicas = 2;
    private const long PoolBytes = 2 << 20;
    private const long CounterOffset = 8192;
    private const int LifetimeSeconds = 5;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly ReplicaServer _server;
    private readonly List<Process> _processes = [];

    internal PrimaryProcess()
    {
        for (int i = 0; i < Replicas; i++)
        {
            File.WriteAllText(
                _directory.File(NameOf(i)), FormattableString.Invariant($"PMEMPOOLSET\nOPTION NOHDRS\n{PoolBytes} {Part(i)}\n"));
        }

        _server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = _directory.Path });
        _server.Listen(ReplicaTransports.ListenUnix(SocketIn(_directory.Path)));
        using PmemSource pool = PmemSource.Create(PoolIn(_directory.Path), PoolBytes);
        using PmemMap local = PmemMap.Map(pool);
        ReplicaSet.Create(local, EndpointsIn(_directory.Path), header: null, Options).Dispose();
    }

    private static ReplicaSetOptions Options => new() { Policy = ReplicaPolicy.All };

    /// <summary>What the process does.</summary>
    internal static int Write(string directory, IReadOnlyList<Uri> endpoints)
    {
        using EtcdPromotionAuthority? authority = endpoints.Count > 0
            ? new EtcdPromotionAuthority(endpoints, TimeSpan.FromSeconds(LifetimeSeconds)) : null;
        ReplicaMetadata mine = ReplicaPrimary.Examine(PoolIn(directory));
        var request = new PromotionRequest(mine.SetUuid, mine.ReplicaId, mine.Number, mine.Generation);
        if (authority?.TryGrant(request, CancellationToken.None) == false)
        {
            return NotChosen;
        }

        try
        {
            using PmemSource source = PmemSource.Open(PoolIn(directory));
            using PmemMap local = PmemMap.Map(source);
            using ReplicaSet set = ReplicaSet.Open(local, EndpointsIn(directory), header: null, Options);
            for (int number = 1; ; number++)
            {
                using (scoped PmemMapLease lease = local.Lease())
                {
                    lease.Copy(CounterOffset, BitConverter.GetBytes(number));
                }

                set.Flush(CounterOffset, sizeof(int));
                _ = set.Drain();
                Console.WriteLine(number);
            }
        }
        catch (ReplicaConflictException)
        {
            return Fenced;
        }
    }

    internal ReplicaPeer Peer(int replica) =>
        new(ReplicaTransports.Unix(SocketIn(_directory.Path)), NameOf(replica), replica + 2);

    internal ReplicaMetadata MetadataOf(int replica) => ReplicaPrimary.Examine(Part(replica));

    /// <summary>The number that a replica holds.</summary>
    internal int NumberAt(int replica)
    {
        using PmemSource file = PmemSource.Open(Part(replica), writable: false);
        byte[] bytes = new byte[sizeof(int)];
        file.ReadAt(CounterOffset, bytes);
        return BitConverter.ToInt32(bytes);
    }

    internal Process Start(IReadOnlyList<Uri> endpoints)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] arguments =
        [
            typeof(PrimaryProcess).Assembly.Location, Program.WriteVerb, _directory.Path, .. endpoints.Select(e => e.ToString()),
        ];
        Process process = Process.Start(new ProcessStartInfo(host, arguments) { RedirectStandardOutput = true })!;
        _processes.Add(process);
        return process;
    }

    /// <summary>Reads what a process acknowledges up to a number, and kills it by SIGKILL in the middle of what comes then.</summary>
    internal static int KillAfter(Process process, int last)
    {
        int acknowledged = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            // What it said before it died is read too; a line leaves as a whole.
            acknowledged = int.Parse(line, CultureInfo.InvariantCulture);
            if (acknowledged == last)
            {
                process.Kill();
            }
        }

        process.WaitForExit();
        return acknowledged;
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        _server.Dispose();
        _directory.Dispose();
    }

    private static string PoolIn(string directory) => Path.Combine(directory, "pool");

    private static string SocketIn(string directory) => Path.Combine(directory, "socket");

    private static ReplicaEndpoint[] EndpointsIn(string directory) =>
        [.. Enumerable.Range(0, Replicas).Select(i => new ReplicaEndpoint(ReplicaTransports.Unix(SocketIn(directory)), NameOf(i)))];

    private static string NameOf(int replica) => FormattableString.Invariant($"r{replica}.set");

    private string Part(int replica) => _directory.File(FormattableString.Invariant($"r{replica}.part"));
}
