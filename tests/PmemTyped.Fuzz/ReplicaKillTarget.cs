using System.Net;
using PmemTyped.Replication;

namespace PmemTyped.Fuzz;

/// <summary>The process that keeps the replica: says where it listens, and serves until it is killed.</summary>
internal static class ReplicaKillTarget
{
    /// <summary>Serves on loopback, where nobody goes on with a session because the other side was killed.</summary>
    /// <param name="directory">Where the set file is.</param>
    internal static int Run(string directory) =>
        Serve(IPAddress.Loopback, new ReplicaServerOptions { PoolSetDirectory = directory, ResumeTimeout = TimeSpan.Zero });

    /// <summary>Serves on an address of a network that may be cut, as targets do.</summary>
    /// <param name="directory">Where the set file is.</param>
    /// <param name="address">The address.</param>
    internal static int Run(string directory, string address) =>
        Serve(IPAddress.Parse(address), new ReplicaServerOptions { PoolSetDirectory = directory });

    private static int Serve(IPAddress address, ReplicaServerOptions options)
    {
        using var server = new ReplicaServer(options);
        IReplicaListener listener = ReplicaTransports.ListenTcp(new IPEndPoint(address, 0), isTrusted: true);
        server.Listen(listener);
        Console.Out.WriteLine(listener.Name["tcp:".Length..]);
        Console.Out.Flush();

        // The input ends when the test dies before it can kill this process.
        _ = Console.In.ReadLine();
        return 0;
    }
}
