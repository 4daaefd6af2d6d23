using System.Net;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>What the test assembly does when it is started as a program: serve pools until it is killed.</summary>
internal static class Program
{
    internal const string ServeVerb = "serve-until-killed";

    internal static int Main(string[] arguments)
    {
        if (arguments is not [ServeVerb, string directory, string provider])
        {
            Console.Error.WriteLine("This is a test assembly; run it with 'dotnet test'.");
            return 2;
        }

        using var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = directory });
        IReplicaListener listener = FabricTransports.Listen(new IPEndPoint(IPAddress.Loopback, 0), provider);
        server.Listen(listener);
        Console.WriteLine(listener.Port);
        _ = Console.In.ReadToEnd();
        return 0;
    }
}
