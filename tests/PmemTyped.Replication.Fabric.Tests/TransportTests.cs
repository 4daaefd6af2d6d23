using System.Net;
using PmemTyped.Replication.Fabric;
using PmemTyped.Replication.Fabric.Tests;

namespace PmemTyped.Replication.Tests;

// The provider that runs everywhere, in the tests that all transports have.
public sealed partial class TransportTests
{
    public static TheoryData<string> Kinds => ["tcp"];

    public void Dispose() => DisposeLeft();

    private (IReplicaTransport Transport, IReplicaListener Listener) Made(string provider)
    {
        IReplicaListener listener = Left(FabricTransports.Listen(new IPEndPoint(IPAddress.Loopback, 0), provider));
        return (FabricTransports.To("127.0.0.1", listener.Port, provider), listener);
    }
}
