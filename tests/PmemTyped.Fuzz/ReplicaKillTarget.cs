using System.Net;
using PmemTyped.Replication;

namespace PmemTyped.Fuzz;

/// <summary>The process that keeps the replica: says its port, and serves until it is killed.</summary>
internal static class ReplicaKillTarget
{
    internal static int Run(string directory)
    {
        using var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = directory, ResumeTimeout = TimeSpan.Zero });
        IReplicaListener listener = ReplicaTransports.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(listener);
        Console.Out.WriteLine(listener.Name[(listener.Name.LastIndexOf(':') + 1)..]);
        Console.Out.Flush();

        // The input ends when the test dies before it can kill this process.
        _ = Console.In.ReadLine();
        return 0;
    }
}
